// This file lists gradient cases of operators that work element by element.
import { attr } from "@kolm/onnx";
import type { Values } from "@kolm/onnx";
import { SMALL, POSITIVE, APART, WIDE, unary, binary } from "./cases.ts";
import type { Case } from "./differences.ts";

const where: Values = { c: { type: "bool", dims: [2, 3], data: Uint8Array.of(1, 0, 1, 1, 0, 0) } };

export const POINTWISE: readonly Case[] = [
  ...["Add", "Sub", "Mul"].flatMap((op) => binary(op, [-1, 1])),
  ...binary("Div", [0.5, 1.5]),
  ...binary("Pow", [0.5, 1.5]),
  {
    name: "Sum",
    wrt: { a: SMALL, b: { dims: [3] }, c: { dims: [] } },
    build: (graph) => graph.node("Sum", ["a", "b", "c"])[0],
  },
  { name: "Pow 2", wrt: { x: SMALL }, build: (graph) => graph.node("Pow", ["x", graph.floats([2])])[0] },
  { name: "Pow 0.5", wrt: { x: POSITIVE }, build: (graph) => graph.node("Pow", ["x", graph.floats([0.5])])[0] },
  { name: "Pow 3", wrt: { x: SMALL }, build: (graph) => graph.node("Pow", ["x", graph.floats([3])])[0] },
  ...["Max", "Min"].map((op): Case => ({
    name: op,
    wrt: { a: APART, b: { dims: [3], values: [0.05, 0.1, 0.9] } },
    build: (graph) => graph.node(op, ["a", "b"])[0],
  })),
  {
    name: "Where",
    wrt: { a: SMALL, b: { dims: [3] } },
    fixed: where,
    build: (graph) => graph.node("Where", ["c", "a", "b"])[0],
  },
  {
    name: "Expand",
    wrt: { x: { dims: [3, 1] } },
    build: (graph) => graph.node("Expand", ["x", graph.ints([2, 3, 4])])[0],
  },
  unary("Identity", SMALL),
  unary("Neg", SMALL),
  unary("Exp", SMALL),
  unary("Erf", SMALL),
  unary("Tanh", SMALL),
  unary("Sigmoid", SMALL),
  unary("Sin", SMALL),
  unary("Cos", SMALL),
  unary("Softplus", SMALL),
  unary("Cast", SMALL, { attributes: { to: attr.int(1) } }),
  unary("Sqrt", POSITIVE),
  unary("Log", POSITIVE),
  unary("Reciprocal", POSITIVE),
  unary("Relu", APART),
  unary("Abs", APART),
  unary("Elu", APART, { attributes: { alpha: attr.float(0.7) } }),
  unary("LeakyRelu", APART, { attributes: { alpha: attr.float(0.2) } }),
  {
    name: "Clip",
    wrt: { x: APART },
    build: (graph) => graph.node("Clip", ["x", graph.floats([-0.5]), graph.floats([1])])[0],
  },
  unary("Gelu", WIDE, { domain: "com.microsoft", name: "com.microsoft.Gelu" }),
  unary("FastGelu", WIDE, { domain: "com.microsoft", name: "com.microsoft.FastGelu" }),
  unary("QuickGelu", WIDE, { domain: "com.microsoft", name: "com.microsoft.QuickGelu" }),
  unary("Gelu", WIDE, { opset: 20 }),
  unary("Gelu", WIDE, { opset: 20, name: "Gelu tanh", attributes: { approximate: attr.string("tanh") } }),
];
