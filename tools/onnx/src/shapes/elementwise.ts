// This file infers the shapes of operators that work element by element.
import { intAttribute } from "../build/attributes.ts";
import type { DataType } from "../graph.ts";
import { dataTypeOf } from "../proto/tensor.ts";
import { broadcast } from "./dims.ts";
import type { Shape, ShapeRule, View } from "./view.ts";

const same: ShapeRule = (view) => [view.input(0)];
const broadcasting =
  (type?: DataType): ShapeRule =>
  (view) => [broadcastAll(view, 0, type)];

export const ELEMENTWISE_SHAPES: Readonly<Record<string, ShapeRule>> = {
  Abs: same,
  Ceil: same,
  Clip: same,
  Cos: same,
  Elu: same,
  Erf: same,
  Exp: same,
  Floor: same,
  Gelu: same,
  HardSwish: same,
  Identity: same,
  LeakyRelu: same,
  Log: same,
  LogSoftmax: same,
  Neg: same,
  Not: same,
  Reciprocal: same,
  Relu: same,
  RotaryEmbedding: same,
  Round: same,
  Sigmoid: same,
  Sign: same,
  Sin: same,
  Softmax: same,
  Softplus: same,
  Sqrt: same,
  Tanh: same,
  Trilu: same,
  CumSum: same,
  ScatterND: same,
  ScatterElements: same,
  "com.microsoft.Gelu": same,
  "com.microsoft.QuickGelu": same,
  "com.microsoft.FastGelu": same,
  "com.microsoft.RotaryEmbedding": same,
  IsNaN: (view) => [{ type: "bool", dims: view.dims(0) }],
  Add: broadcasting(),
  Sub: broadcasting(),
  Mul: broadcasting(),
  Div: broadcasting(),
  Pow: broadcasting(),
  Mod: broadcasting(),
  Max: broadcasting(),
  Min: broadcasting(),
  Sum: broadcasting(),
  Equal: broadcasting("bool"),
  Greater: broadcasting("bool"),
  GreaterOrEqual: broadcasting("bool"),
  Less: broadcasting("bool"),
  LessOrEqual: broadcasting("bool"),
  And: broadcasting("bool"),
  Or: broadcasting("bool"),
  Xor: broadcasting("bool"),
  Where: (view) => [{ type: view.type(1), dims: broadcastAll(view, 0).dims }],
  Cast: (view) => [
    { type: dataTypeOf(intAttribute(view.node, "to", 0), `Cast ${view.node.name}`), dims: view.dims(0) },
  ],
};

function broadcastAll(view: View, first: number, type?: DataType): Shape {
  let dims = view.dims(first);
  for (let index = first + 1; index < view.count; index++) dims = broadcast(dims, view.dims(index));
  return { type: type ?? view.type(first), dims };
}
