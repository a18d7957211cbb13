// This file writes ONNX nodes and constants under readable names: a node's output bears the node's own name.
import { attr, floatTensor, GraphBuilder, intTensor, type Attribute, type Graph, type ValueType } from "@kolm/onnx";

type Attributes = Readonly<Record<string, Attribute>>;

export type Sheet = {
  /** Appends a node with one output and returns its name. */
  op(name: string, op: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Cuts a value along an axis into parts of the sizes named by a constant. */
  split(
    name: string,
    inputs: readonly string[],
    parts: { readonly outputs: readonly string[]; readonly axis: number },
  ): void;
  floats(name: string, dims: readonly number[], data: Float32Array): string;
  integers(name: string, values: readonly number[]): string;
  graph(): Graph;
};

export type Edges = {
  readonly name: string;
  readonly inputs: readonly ValueType[];
  readonly outputs: readonly ValueType[];
};

/** An empty sheet at operator set 17. */
export function openSheet({ name, inputs, outputs }: Edges): Sheet {
  const builder = new GraphBuilder(name, { "": 17 });
  for (const input of inputs) builder.input(input.name, input.type, input.dims);
  return {
    op: (node, op, from, attributes = {}) => builder.node(op, from, attributes, { outputs: [node] })[0],
    split: (node, from, { outputs: parts, axis }) => {
      builder.node("Split", from, { axis: attr.int(axis) }, { name: node, outputs: parts });
    },
    floats: (constant, dims, data) => builder.initializer(constant, floatTensor(data, dims)),
    integers: (constant, values) => builder.initializer(constant, intTensor(values)),
    graph: () => {
      for (const output of outputs) builder.output(output.name, output.type, output.dims);
      return builder.build();
    },
  };
}
