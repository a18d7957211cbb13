// This file refuses models that are not float32 throughout.
import { KolmError } from "@kolm/format";
import { describe } from "../build/attributes.ts";
import type { Graph } from "../graph.ts";

/** Arithmetic on quantised numbers, which has no useful gradient: ONNX's own operators and those of ONNX Runtime. */
const QUANTISED = /Quantize|Integer$|NBits$|^QLinear|^QAttention|^QGemm/;

/** KolmError ONNX_NOT_FLOAT32 names the first weight of half or double precision, or the first quantised operator. */
export function checkPrecision({ initializers, nodes }: Graph): void {
  for (const node of nodes) {
    if (QUANTISED.test(node.op)) throw notFloat32(`${describe(node)} computes with quantised numbers`);
  }
  for (const [name, { type, dims }] of initializers) {
    if (type === "float16" || (type === "float64" && dims.length > 1))
      throw notFloat32(`weight ${JSON.stringify(name)} is ${type}, expected float32`);
  }
}

function notFloat32(found: string): KolmError {
  return new KolmError("ONNX_NOT_FLOAT32", found, { hint: "Export the model in fp32, without quantisation." });
}
