// This file lists gradient cases of reductions, softmax, normalisation, rotation.
import { attr, floatTensor } from "@kolm/onnx";
import { X, indices, unary, reduction } from "./cases.ts";
import type { Case } from "./differences.ts";

export const REDUCTION: readonly Case[] = [
  ...["ReduceSum", "ReduceMean", "ReduceL2", "ReduceSumSquare"].flatMap((op) => [
    reduction(op, [-1], true),
    reduction(op, [1], false),
    reduction(op, [0, 2], true),
  ]),
  reduction("ReduceMax", [1], false, { dims: ["B", 3], values: [0.1, 0.9, -0.5, 0.3, -0.2, 0.6] }),
  reduction("ReduceMin", [1], false, { dims: ["B", 3], values: [0.1, 0.9, -0.5, 0.3, -0.2, 0.6] }),
  {
    name: "ReduceMean of all",
    wrt: { x: X },
    build: (graph) => graph.node("ReduceMean", ["x"], { keepdims: attr.int(0) })[0],
  },
  {
    name: "ReduceMean at opset 18",
    wrt: { x: X },
    opset: 18,
    build: (graph) => graph.node("Mul", [graph.node("ReduceMean", ["x", graph.ints([1])])[0], "x"])[0],
  },
  {
    name: "a sum of broadcast terms, whose gradient is small where the terms repeat",
    wrt: { a: { dims: ["B", 1, 4] }, b: { dims: [1, "T", 4] } },
    build: (graph) => graph.node("ReduceMean", [graph.node("Add", ["a", "b"])[0]], { axes: attr.ints([1, 2]) })[0],
  },
  unary("Softmax", X),
  unary("Softmax", X, { name: "Softmax over tokens", attributes: { axis: attr.int(1) } }),
  unary("LogSoftmax", X),
  ...[17, 18].map((opset): Case => ({
    name: `LayerNormalization at opset ${opset}`,
    wrt: { x: X, s: { dims: [4] }, b: { dims: [4] } },
    opset,
    build: (graph) => graph.node("LayerNormalization", ["x", "s", "b"], { epsilon: attr.float(1e-2) })[0],
  })),
  {
    name: "LayerNormalization over two axes without bias",
    wrt: { x: { dims: ["B", 3, 4] }, s: { dims: [3, 4] } },
    build: (graph) => graph.node("LayerNormalization", ["x", "s"], { axis: attr.int(1) })[0],
  },
  {
    name: "SimplifiedLayerNormalization",
    wrt: { x: X, s: { dims: [4] } },
    build: (graph) =>
      graph.node("SimplifiedLayerNormalization", ["x", "s"], {
        epsilon: attr.float(1e-2),
        axis: attr.int(-1),
        stash_type: attr.int(1),
      })[0],
  },
  {
    name: "RotaryEmbedding",
    wrt: { x: { dims: ["B", 2, "T", 4] } },
    fixed: { p: indices([0, 1, 2, 2, 0, 1], [2, 3]) },
    fixedDims: { p: ["B", "T"] },
    build: (graph) => {
      const angles = [0, 0, 0.4, 0.9, 1.3, 2];
      graph.initializer("cosine", floatTensor(angles.map(Math.cos), [3, 2]));
      graph.initializer("sine", floatTensor(angles.map(Math.sin), [3, 2]));
      return graph.node("RotaryEmbedding", ["x", "p", "cosine", "sine"], {}, { domain: "com.microsoft" })[0];
    },
  },
];
