// This file replaces norms and GELUs that an exporter wrote out in single operations by one node each.
import type { Graph, Node } from "../../graph.ts";
import { inferShapes } from "../../shapes/table.ts";
import { gelu } from "./gelu.ts";
import { layerNorm, rmsNorm } from "./norm.ts";
import { Pattern } from "./pattern.ts";

/** The node that makes the same value as `last` out of what lies further down; undefined where the pattern is another. */
export type Fusion = (last: Node, pattern: Pattern) => Node | undefined;

const FUSIONS: readonly Fusion[] = [layerNorm, rmsNorm, gelu];

/**
 * The same function up to rounding: ONNX Runtime fuses the same patterns when it answers, but not in a training graph,
 * where the backward pass reads what is between. The nodes left over are for the caller to remove.
 */
export function fuse(graph: Graph): Graph {
  const pattern = new Pattern(graph, inferShapes(graph));
  const nodes = graph.nodes.map((node) => {
    for (const fusion of FUSIONS) {
      const fused = node.domain === "" ? fusion(node, pattern) : undefined;
      if (fused !== undefined) return fused;
    }
    return node;
  });
  const domains = nodes.some(({ domain }) => domain === "com.microsoft") ? { "com.microsoft": 1 } : {};
  return { ...graph, opsets: { ...domains, ...graph.opsets }, nodes };
}
