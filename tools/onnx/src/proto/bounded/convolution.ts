// This file infers the shapes of the operators that picture and sound encoders are made of, which are run and never trained.
import { intAttribute, intsAttribute, stringAttribute } from "../../build/attributes.ts";
import type { Dim } from "../../graph.ts";
import { wrongShape } from "../../shapes/view.ts";
import type { ShapeRule, View } from "../../shapes/view.ts";

const same: ShapeRule = (view) => [view.input(0)];
const pooled: ShapeRule = (view) => {
  const kernel = intsAttribute(view.node, "kernel_shape");
  if (kernel === undefined) throw wrongShape(view.node, "it has no kernel_shape");
  const dims = windowed(view, kernel);
  return [
    { type: view.type(0), dims },
    { type: "int64", dims },
  ];
};
const global: ShapeRule = (view) => [
  { type: view.type(0), dims: view.dims(0).map((dim, axis): Dim => (axis < 2 ? dim : 1)) },
];

export const CONVOLUTION_SHAPES: Readonly<Record<string, ShapeRule>> = {
  Conv: (view) => {
    const kernel = view.dims(1).slice(2);
    return [{ type: view.type(0), dims: windowed(view, kernel).with(1, view.dim(1, 0)) }];
  },
  AveragePool: pooled,
  MaxPool: pooled,
  GlobalAveragePool: global,
  GlobalMaxPool: global,
  BatchNormalization: same,
  InstanceNormalization: same,
  LRN: same,
  PRelu: same,
  Celu: same,
  HardSigmoid: same,
  Mish: same,
  Selu: same,
  Softsign: same,
  ThresholdedRelu: same,
  DequantizeLinear: (view) => [{ type: "float32", dims: view.dims(0) }],
  QuantizeLinear: (view) => [{ type: view.has(2) ? view.type(2) : "uint8", dims: view.dims(0) }],
};

/** [batch, channels, …] with each further axis counted in steps of a window (ONNX Conv and pooling, auto_pad included). */
function windowed(view: View, kernel: readonly Dim[]): readonly Dim[] {
  const dims = view.dims(0);
  const axes = dims.length - 2;
  if (axes < 1 || kernel.length !== axes)
    throw wrongShape(view.node, `a window of ${kernel.length} axes over ${dims.length}`);
  const list = (name: string, fallback: number): readonly number[] =>
    intsAttribute(view.node, name) ?? Array.from({ length: 2 * axes }, () => fallback);
  const [strides, dilations, pads] = [list("strides", 1), list("dilations", 1), list("pads", 0)];
  const padding = stringAttribute(view.node, "auto_pad", "NOTSET");
  const round = intAttribute(view.node, "ceil_mode", 0) === 0 ? Math.floor : Math.ceil;
  return dims.map((dim, axis) => {
    if (axis < 2) return dim;
    const at = axis - 2;
    const step = strides[at] ?? 0;
    if (padding.startsWith("SAME")) return Math.ceil(Number(dim) / step);
    const around = padding === "VALID" ? 0 : (pads[at] ?? 0) + (pads[at + axes] ?? 0);
    const span = (Number(kernel[at]) - 1) * (dilations[at] ?? 0) + 1;
    return round((Number(dim) + around - span) / step) + 1;
  });
}
