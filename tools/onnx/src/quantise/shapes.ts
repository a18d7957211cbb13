// This file infers the shapes of the operators that quantised graphs are made of.
import { intAttribute } from "../build/attributes.ts";
import type { ShapeRule } from "../shapes/view.ts";

export const QUANTISED_SHAPES: Readonly<Record<string, ShapeRule>> = {
  DynamicQuantizeLinear: (view) => [
    { type: "uint8", dims: view.dims(0) },
    { type: "float32", dims: [] },
    { type: "uint8", dims: [] },
  ],
  MatMulInteger: (view) => [{ type: "int32", dims: [...view.dims(0).slice(0, -1), view.dim(1, -1)] }],
  "com.microsoft.MatMulNBits": (view) => [
    { type: view.type(0), dims: [...view.dims(0).slice(0, -1), intAttribute(view.node, "N", 0)] },
  ],
};
