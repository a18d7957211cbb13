// This file folds what is known before any input arrives: constants, Shape arithmetic, copies, nodes that repeat one another.
import type { Graph, Node, Tensor } from "../graph.ts";
import { ShapeTable } from "../shapes/table.ts";
import { constantValue } from "./constants.ts";
import { isCopy } from "./copies.ts";
import { withStaticTarget } from "./sizes.ts";
import { Twins } from "./twins.ts";

/**
 * An equal graph. Dimensions keep their names, so that one graph serves every batch and length: a Reshape to
 * [batch, tokens, heads, size] becomes one to [0, 0, heads, size]. What still depends on a runtime size stays a Shape node.
 */
export function fold(graph: Graph): Graph {
  const table = new ShapeTable(graph.opsets[""] ?? 0);
  const twins = new Twins();
  const aliases = new Map<string, string>();
  const initializers = new Map<string, Tensor>();
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const names = new Set([...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs)]);
  for (const { name, type, dims } of graph.inputs) table.declare(name, { type, dims });
  const constant = (name: string, tensor: Tensor): string => {
    table.constant(name, tensor);
    const twin = outputs.has(name) ? undefined : twins.ofConstant(name, tensor);
    if (twin === undefined) initializers.set(name, tensor);
    else aliases.set(name, twin);
    return twin ?? name;
  };
  const fresh = (stem: string): string => (names.has(stem) ? fresh(`${stem}_`) : stem);
  for (const [name, tensor] of graph.initializers) constant(name, tensor);
  const nodes: Node[] = [];
  for (const raw of graph.nodes) {
    const inputs = raw.inputs.map((input) => aliases.get(input) ?? input);
    const node = withStaticTarget(
      { ...raw, inputs },
      { table, constant: (stem, tensor) => constant(fresh(stem), tensor) },
    );
    table.add(node);
    const [output = ""] = node.outputs;
    const same = outputs.has(output) ? undefined : isCopy(node, table) ? node.inputs[0] : twins.ofNode(node);
    const value = constantValue(node, table, initializers);
    if (same !== undefined) aliases.set(output, aliases.get(same) ?? same);
    else if (value === undefined) nodes.push(node);
    else constant(output, value);
  }
  return { ...graph, initializers, nodes };
}
