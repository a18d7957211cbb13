// This file bounds the memory a graph asks for, by the shape of every value it computes.
import { KolmError } from "@kolm/format";
import { describe } from "../../build/attributes.ts";
import type { DataType, Dim, Graph, Node } from "../../graph.ts";
import { raiseOpset } from "../../import/opset.ts";
import { ShapeTable } from "../../shapes/table.ts";
import { elementCount } from "../../tensor.ts";
import { CONVOLUTION_SHAPES } from "./convolution.ts";

const RANK = 16;
const DIMENSION = 2 ** 31 - 1;
/** What each open dimension of an input is taken to be: sixteen texts of sixteen tokens. */
const PROBE = 16;
/** Elements of all values that depend on an input, together. */
const COMPUTED = 2 ** 30;
/** Elements that ONNX Runtime may compute before any input arrives: eight for each of the weights, and this many. */
const FOLDED = 2 ** 26;

/** Operators whose outputs are never larger than their first input. */
const SHRINKING: ReadonlySet<string> = new Set(["Slice", "Split", "Reshape"]);

/** KolmError ONNX_UNBOUNDED names the node that asks for too much; ONNX_OPERATOR and ONNX_SHAPE as inferShapes. */
export function checkSizes(graph: Graph): void {
  checkDeclared(graph);
  const { opsets, inputs, initializers, nodes } = raiseOpset(graph);
  const table = new ShapeTable(opsets[""] ?? 0, CONVOLUTION_SHAPES);
  const fed = new Set<string>();
  for (const { name, type, dims } of inputs) {
    table.declare(name, { type, dims: dims.map((dim) => (typeof dim === "number" ? dim : PROBE)) });
    fed.add(name);
  }
  let folded = FOLDED;
  for (const [name, tensor] of initializers) {
    table.constant(name, tensor);
    folded += 8 * elementCount(tensor.dims);
  }
  let computed = COMPUTED;
  for (const node of nodes) {
    const count = addNode(table, node);
    const dependent = node.inputs.some((input) => fed.has(input));
    if (dependent) {
      computed -= count;
      for (const output of node.outputs) fed.add(output);
    } else folded -= count;
    if (computed < 0 || folded < 0) throw unbounded(node, "asks for more memory than a model of this size needs");
  }
}

function checkDeclared({ inputs, outputs, initializers, nodes }: Graph): void {
  for (const { name, dims } of [...inputs, ...outputs]) checkDims(name, dims);
  for (const [name, { dims }] of initializers) checkDims(name, dims);
  for (const node of nodes) {
    for (const attribute of Object.values(node.attributes)) {
      if (attribute.kind === "tensor") checkDims(describe(node), attribute.value.dims);
    }
  }
}

function checkDims(name: string, dims: readonly Dim[]): void {
  if (dims.length <= RANK && dims.every((dim) => typeof dim === "string" || dim <= DIMENSION)) return;
  throw new KolmError("ONNX_LIMIT", `${JSON.stringify(name)} has the dimensions [${dims.slice(0, 32).join(",")}]`, {
    hint: `At most ${RANK} of at most ${DIMENSION} each are read; export the model again.`,
  });
}

/** Elements of the node's outputs together. */
function addNode(table: ShapeTable, node: Node): number {
  table.add(node);
  checkNumbers(table, node);
  let count = 0;
  for (const output of node.outputs) {
    if (output === "") continue;
    const known = table.known(output);
    const sized = known.dims.map((dim, axis) => (typeof dim === "number" ? dim : largest(table, node, axis)));
    if (sized.some((dim, axis) => dim !== known.dims[axis])) table.declare(output, { type: known.type, dims: sized });
    count += elementCount(sized);
  }
  return count;
}

/** Integers that may wrap around in ONNX Runtime are none to reckon sizes with. */
function checkNumbers(table: ShapeTable, node: Node): void {
  const { type, elements } = table.known(node.outputs[0] ?? "");
  const range = node.op === "Constant" || elements === undefined ? undefined : RANGES[type];
  if (range === undefined) return;
  const [low, high] = ARITHMETIC.has(node.op) && type === "int64" ? SAFE : range;
  if (elements?.some((element) => Number(element) < low || Number(element) > high))
    throw unbounded(node, `computes sizes that do not fit ${type}`);
}

const SAFE = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const;
const ARITHMETIC: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div", "Size", "Range", "ReduceProd"]);
const RANGES: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  uint64: [0, 2 ** 64],
};

/** The most a dimension can be that only values tell. */
function largest(table: ShapeTable, node: Node, axis: number): number {
  const dims = table.dims(node.inputs[0] ?? "").map(Number);
  if (node.domain !== "" || !SHRINKING.has(node.op))
    throw unbounded(node, "has outputs whose size only a run would show");
  return node.op === "Reshape" ? elementCount(dims) : (dims[axis] ?? 1);
}

function unbounded(node: Node, found: string): KolmError {
  return new KolmError("ONNX_UNBOUNDED", `${describe(node)} ${found}`, {
    hint: "Export the model so that the size of each value follows from the sizes of its inputs.",
  });
}
