// This file lists gradient cases of operators that move or pick elements.
import { attr } from "@kolm/onnx";
import { X, SMALL, indices, unary } from "./cases.ts";
import type { Case } from "./differences.ts";

export const MOVEMENT: readonly Case[] = [
  unary("Transpose", X, { attributes: { perm: attr.ints([1, 2, 0]) } }),
  unary("Transpose", SMALL, { name: "Transpose reversed" }),
  unary("Flatten", X, { attributes: { axis: attr.int(2) } }),
  {
    name: "Reshape to heads",
    wrt: { x: X },
    build: (graph) => graph.node("Reshape", ["x", graph.ints([0, 0, 2, 2])])[0],
  },
  { name: "Reshape to rows", wrt: { x: X }, build: (graph) => graph.node("Reshape", ["x", graph.ints([-1, 4])])[0] },
  {
    name: "Squeeze",
    wrt: { x: { dims: ["B", 1, 3] } },
    build: (graph) => graph.node("Squeeze", ["x", graph.ints([1])])[0],
  },
  { name: "Unsqueeze", wrt: { x: X }, build: (graph) => graph.node("Unsqueeze", ["x", graph.ints([0, -1])])[0] },
  {
    name: "Concat",
    wrt: { a: X, b: { dims: ["B", "T", 2] }, c: { dims: ["B", "T", 1] } },
    build: (graph) => graph.node("Concat", ["a", "b", "c"], { axis: attr.int(-1) })[0],
  },
  {
    name: "Concat along runtime sizes",
    outputSizes: [2, 8, 4],
    wrt: { a: X, b: { dims: ["B", 2, 4] }, c: X },
    build: (graph) => graph.node("Concat", ["a", "b", "c"], { axis: attr.int(1) })[0],
  },
  {
    name: "Split",
    wrt: { x: X },
    build: (graph) => {
      const [a, b = ""] = graph.node("Split", ["x", graph.ints([1, 3])], { axis: attr.int(2) }, { outputs: 2 });
      return graph.node("Mul", [a, b])[0];
    },
  },
  {
    name: "Split with an unused part",
    wrt: { x: X },
    build: (graph) => graph.node("Split", ["x"], { axis: attr.int(-1) }, { outputs: 2 })[1] ?? "",
  },
  {
    name: "Slice",
    outputSizes: [2, 2, 2],
    wrt: { x: X },
    build: (graph) =>
      graph.node("Slice", ["x", graph.ints([1, 1]), graph.ints([9223372036854774784, -1]), graph.ints([1, 2])])[0],
  },
  {
    name: "Slice with steps",
    wrt: { x: { dims: ["B", "T", 5] } },
    build: (graph) =>
      graph.node("Slice", ["x", graph.ints([1]), graph.ints([5]), graph.ints([-1]), graph.ints([2])])[0],
  },
  {
    name: "Slice backwards along a runtime size",
    outputSizes: [2, 3, 4],
    wrt: { x: X },
    build: (graph) =>
      graph.node("Slice", [
        "x",
        graph.ints([-1]),
        graph.ints([-9223372036854774784]),
        graph.ints([1]),
        graph.ints([-1]),
      ])[0],
  },
  {
    name: "Tile",
    outputSizes: [2, 6, 12],
    wrt: { x: X },
    build: (graph) => graph.node("Tile", ["x", graph.ints([1, 2, 3])])[0],
  },
  {
    name: "Trilu",
    wrt: { x: { dims: ["B", 4, 4] } },
    build: (graph) => graph.node("Trilu", ["x", graph.ints([1], [])], { upper: attr.int(0) })[0],
  },
  {
    name: "Gather the first token",
    wrt: { x: X },
    build: (graph) => graph.node("Gather", ["x", graph.ints([0], [])], { axis: attr.int(1) })[0],
  },
  {
    name: "Gather rows",
    wrt: { x: { dims: [5, 3] } },
    fixed: { i: indices([4, 0, 4, -1, 2, 0], [2, 3]) },
    build: (graph) => graph.node("Gather", ["x", "i"])[0],
  },
  {
    name: "Gather inside",
    wrt: { x: { dims: ["B", 4, 2] } },
    fixed: { i: indices([3, 3, 1]) },
    build: (graph) => graph.node("Gather", ["x", "i"], { axis: attr.int(1) })[0],
  },
  {
    name: "GatherElements",
    wrt: { x: X },
    fixed: { i: indices([0, 3, 1, -1, 2, 2], [2, 3, 1]) },
    fixedDims: { i: ["B", "T", 1] },
    build: (graph) => graph.node("GatherElements", ["x", "i"], { axis: attr.int(-1) })[0],
  },
  {
    name: "GatherElements with repeats",
    wrt: { x: { dims: [3, 2] } },
    fixed: { i: indices([0, 0, 2, 0, 0, 1, 2, 2], [4, 2]) },
    build: (graph) => graph.node("GatherElements", ["x", "i"])[0],
  },
];
