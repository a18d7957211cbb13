// This file asks for more memory than there is, in every way a graph can: each is refused before anything is computed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { attr, boundedModel, encodeModel, floatTensor, GraphBuilder, intTensor, type Graph } from "@kolm/onnx";

type Sketch = (graph: GraphBuilder) => string;
const zeros = (graph: GraphBuilder, dims: readonly number[]): string =>
  graph.node("ConstantOfShape", [graph.ints(dims)], {})[0];
const GIGA = 1 << 30;

const GREEDY: Readonly<Record<string, readonly [Sketch, string]>> = {
  "a constant of a terabyte": [(graph) => zeros(graph, [1 << 20, 1 << 18]), "ONNX_UNBOUNDED"],
  "a thousand constants of a megabyte": [
    (graph) =>
      Array.from({ length: 1000 }, () => zeros(graph, [512, 512])).reduce((a, b) => graph.node("Add", [a, b], {})[0]),
    "ONNX_UNBOUNDED",
  ],
  "a shape computed from small numbers": [
    (graph) =>
      graph.node("ConstantOfShape", [graph.node("Mul", [graph.ints([1 << 16]), graph.ints([1 << 16])], {})[0]], {})[0],
    "ONNX_UNBOUNDED",
  ],
  "a value doubled forty times": [
    (graph) =>
      Array.from({ length: 40 }).reduce<string>((x) => graph.node("Concat", [x, x], { axis: attr.int(0) })[0], "x"),
    "ONNX_UNBOUNDED",
  ],
  "an expansion": [(graph) => graph.node("Expand", [graph.floats([1]), graph.ints([GIGA])], {})[0], "ONNX_UNBOUNDED"],
  "a tiling": [(graph) => graph.node("Tile", ["x", graph.ints([1 << 16, 1 << 16])], {})[0], "ONNX_UNBOUNDED"],
  "a padding": [(graph) => graph.node("Pad", ["x", graph.ints([0, 0, GIGA, GIGA])], {})[0], "ONNX_UNBOUNDED"],
  "a range": [
    (graph) =>
      graph.node(
        "Range",
        [0, GIGA, 1].map((number) => scalar(graph, number)),
        {},
      )[0],
    "ONNX_UNBOUNDED",
  ],
  "a range that an input gives": [
    (graph) => graph.node("Range", [scalar(graph, 0), "n", scalar(graph, 1)], {})[0],
    "ONNX_UNBOUNDED",
  ],
  "an outer product": [
    (graph) => graph.node("MatMul", [zeros(graph, [1 << 20, 1]), zeros(graph, [1, 1 << 20])], {})[0],
    "ONNX_UNBOUNDED",
  ],
  "a convolution with gigantic padding": [
    (graph) => {
      const image = graph.node("Unsqueeze", ["x", graph.ints([0, 1])], {})[0];
      const kernel = graph.initializer("k", floatTensor([1], [1, 1, 1, 1]));
      return graph.node("Conv", [image, kernel], { pads: attr.ints([GIGA, GIGA, GIGA, GIGA]) })[0];
    },
    "ONNX_UNBOUNDED",
  ],
  "a window that never moves": [
    (graph) => {
      const image = graph.node("Unsqueeze", ["x", graph.ints([0, 1])], {})[0];
      return graph.node("MaxPool", [image], { kernel_shape: attr.ints([1, 1]), strides: attr.ints([0, 0]) })[0];
    },
    "ONNX_SHAPE",
  ],
  "a size from an integer that wraps around": [
    (graph) => {
      const unsigned = graph.node("Cast", [graph.ints([-1])], { to: attr.int(12) })[0];
      const wide = graph.node("Cast", [unsigned], { to: attr.int(7) })[0];
      return graph.node("ConstantOfShape", [graph.node("Max", [wide, graph.ints([1])], {})[0]], {})[0];
    },
    "ONNX_UNBOUNDED",
  ],
  "a size from a difference that wraps around": [
    (graph) => {
      const lowest = graph.initializer("low", {
        type: "int64",
        dims: [1],
        bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128),
      });
      const wrapped = graph.node("Sub", [lowest, graph.ints([1])], {})[0];
      return graph.node("ConstantOfShape", [graph.node("Max", [wrapped, graph.ints([1])], {})[0]], {})[0];
    },
    "ONNX_UNBOUNDED",
  ],
  "weights in blocks that are not there": [(graph) => blocks(graph, { N: 50_000, size: 32 }), "ONNX_SHAPE"],
  "weights in blocks of no size": [(graph) => blocks(graph, { N: 1, size: 0 }), "ONNX_SHAPE"],
  "weights in blocks of negative columns": [(graph) => blocks(graph, { N: -1, size: 32 }), "ONNX_SHAPE"],
};

const ENDLESS: Readonly<Record<string, Sketch>> = {
  "a slice in steps of nothing": (graph) => {
    const [from, to, axis, step] = [9, 0, 0, 0].map((number) => graph.ints([number]));
    const shape = graph.node(
      "Slice",
      [graph.ints(Array.from({ length: 20 }, () => 1)), from, to, axis, step] as string[],
      {},
    )[0];
    return graph.node("ConstantOfShape", [shape], {})[0];
  },
  "a slice of a list said to be longer than it is": (graph) => {
    const long = graph.node("Reshape", [graph.ints([1, 2]), graph.ints([1 << 25])], {})[0];
    return graph.node("Slice", [long, graph.ints([0]), graph.ints([1 << 25])], {})[0];
  },
};

for (const [name, sketch] of Object.entries(ENDLESS)) {
  test(`${name} does not keep the check busy, and is left to ONNX Runtime`, () => {
    assert.equal(refusal(encodeModel(greedy(sketch))), "read");
  });
}

const scalar = (graph: GraphBuilder, number: number): string =>
  graph.initializer(`scalar ${number} ${scalars++}`, intTensor([number], []));
let scalars = 0;

function blocks(graph: GraphBuilder, { N, size }: { readonly N: number; readonly size: number }): string {
  const weight = graph.initializer("w", { type: "uint8", dims: [1, 2, 16], bytes: new Uint8Array(32) });
  const attributes = { K: attr.int(64), N: attr.int(N), bits: attr.int(4), block_size: attr.int(size) };
  return graph.node("MatMulNBits", ["x", weight, graph.floats([1, 1])], attributes, { domain: "com.microsoft" })[0];
}

function greedy(sketch: Sketch): Graph {
  const graph = new GraphBuilder("greedy");
  graph.input("x", "float32", ["batch", 64]);
  graph.input("n", "int64", []);
  graph.output(sketch(graph), "float32", ["a", "b"]);
  return graph.build();
}

for (const [name, [sketch, code]] of Object.entries(GREEDY)) {
  test(`${name} is told as ${code} before anything is computed`, () => {
    assert.equal(refusal(encodeModel(greedy(sketch))), code);
  });
}

function refusal(bytes: Uint8Array): string {
  try {
    boundedModel(bytes);
  } catch (error) {
    assert.ok(error instanceof KolmError, `not a KolmError: ${String(error)}`);
    return error.code;
  }
  return "read";
}
