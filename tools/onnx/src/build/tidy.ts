// This file removes what exporters leave behind: constants as nodes, copies, parts no output needs.
import type { Graph, Node, Tensor } from "../graph.ts";
import { constantOf } from "./constant.ts";

/** An equal graph whose constants are all initializers, without Identity nodes and unused parts; outputs default to all. */
export function tidy(graph: Graph, keep: readonly string[] = graph.outputs.map(({ name }) => name)): Graph {
  const initializers = new Map(graph.initializers);
  const aliases = new Map<string, string>();
  const outputs = new Set(keep);
  const nodes: Node[] = [];
  for (const raw of graph.nodes) {
    const node = { ...raw, inputs: raw.inputs.map((input) => aliases.get(input) ?? input) };
    const [output = ""] = node.outputs;
    const [input = ""] = node.inputs;
    const constant = constantOf(node);
    if (constant !== undefined) initializers.set(output, constant);
    else if (node.domain === "" && node.op === "Identity" && !outputs.has(output)) aliases.set(output, input);
    else nodes.push(node);
  }
  return prune(
    { ...graph, initializers, nodes, outputs: graph.outputs.filter(({ name }) => outputs.has(name)) },
    outputs,
  );
}

function prune(graph: Graph, outputs: ReadonlySet<string>): Graph {
  const used = new Set(outputs);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => used.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) used.add(input);
  }
  const initializers = new Map<string, Tensor>([...graph.initializers].filter(([name]) => used.has(name)));
  return { ...graph, initializers, nodes: nodes.reverse() };
}
