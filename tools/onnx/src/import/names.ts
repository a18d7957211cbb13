// This file names weights that the exporter left anonymous after the module they belong to.
import type { Graph, Node } from "../graph.ts";

/** What exporters call folded or transposed weights: "onnx::MatMul_279", "1234", "val_12", "/query/Transpose_output_0". */
const ANONYMOUS = /^(onnx::.*|\/.*_output_\d+|(val_|t_|[A-Z][A-Za-z]*_)?\d+(_\w+)?)$/;

/**
 * The same graph in which an anonymous weight of a MatMul or Gemm bears the name it had as a parameter: that of the bias
 * added to the product ("encoder.layer.0.attention.self.query.bias" → "….weight"), else of the node's module path
 * ("/encoder/layer.0/attention/self/query/MatMul"), else of the graph's output that it makes. Names already taken are left alone.
 */
export function nameWeights(graph: Graph): Graph {
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  const biases = biasesByProduct(graph);
  const outputs = new Map(graph.outputs.map(({ name }) => [name, name]));
  const renamed = new Map<string, string>();
  for (const node of graph.nodes) {
    const weight = node.inputs[1] ?? "";
    if (node.domain !== "" || !PRODUCTS.has(node.op) || renamed.has(weight) || !ANONYMOUS.test(weight)) continue;
    if (graph.initializers.get(weight)?.dims.length !== 2) continue;
    const module = moduleOfBias(node, biases) ?? moduleOfPath(node.name) ?? outputs.get(node.outputs[0] ?? "");
    if (module === undefined || taken.has(`${module}.weight`)) continue;
    taken.add(`${module}.weight`);
    renamed.set(weight, `${module}.weight`);
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  return {
    ...graph,
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [rename(name), tensor])),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
  };
}

const PRODUCTS: ReadonlySet<string> = new Set(["MatMul", "Gemm"]);

/** Product → the name of the one-dimensional constant added to it. */
function biasesByProduct({ nodes, initializers }: Graph): ReadonlyMap<string, string> {
  const isVector = (name: string): boolean => initializers.get(name)?.dims.length === 1;
  return new Map(
    nodes.flatMap(({ op, inputs: [a = "", b = ""] }): [string, string][] => {
      if (op !== "Add" || isVector(a) === isVector(b)) return [];
      return [isVector(a) ? [b, a] : [a, b]];
    }),
  );
}

function moduleOfBias(node: Node, biases: ReadonlyMap<string, string>): string | undefined {
  const bias = node.op === "Gemm" ? (node.inputs[2] ?? "") : biases.get(node.outputs[0] ?? "");
  return bias?.endsWith(".bias") === true ? bias.slice(0, -".bias".length) : undefined;
}

/** "/encoder/layer.0/query/MatMul" → "encoder.layer.0.query"; a name without a path tells nothing. */
function moduleOfPath(name: string): string | undefined {
  const modules = name.split("/").filter((part) => part !== "");
  return modules.length < 2 ? undefined : modules.slice(0, -1).join(".");
}
