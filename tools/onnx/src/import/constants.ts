// This file computes small values that depend on no input, exactly as ONNX Runtime would.
import { constantOf } from "../build/constant.ts";
import type { Dim, Node, Tensor } from "../graph.ts";
import type { ShapeTable } from "../shapes/table.ts";
import { ELEMENT_LIMIT } from "../shapes/view.ts";
import { elementCount, floatTensor, floatsOf, numbersOf, tensorOf } from "../tensor.ts";
import { transposedWeight } from "./transpose.ts";

/** A node's only output as a constant; undefined where it depends on an input, is long, or is not worth computing. */
export function constantValue(
  node: Node,
  table: ShapeTable,
  constants: ReadonlyMap<string, Tensor>,
): Tensor | undefined {
  const [output = "", ...others] = node.outputs;
  if (node.domain !== "" || others.some((name) => name !== "")) return undefined;
  const given = constantOf(node) ?? transposedWeight(node, constants);
  if (given !== undefined) return given;
  const { type, dims, elements } = table.known(output);
  if (!isStatic(dims) || elementCount(dims) > ELEMENT_LIMIT) return undefined;
  if (type !== "float32") return integerConstant({ type, dims, elements });
  if (!Object.hasOwn(FLOAT, node.op)) return undefined;
  const inputs = node.inputs.map((name) => constants.get(name));
  if (!inputs.every((tensor) => tensor !== undefined && elementCount(tensor.dims) <= ELEMENT_LIMIT)) return undefined;
  const floats = FLOAT[node.op]?.(inputs.filter((tensor) => tensor !== undefined));
  return floats?.length === elementCount(dims) ? floatTensor(floats, dims) : undefined;
}

function isStatic(dims: readonly Dim[]): dims is readonly number[] {
  return dims.every((dim) => typeof dim === "number");
}

type Integers = {
  readonly type: Tensor["type"];
  readonly dims: readonly number[];
  readonly elements?: readonly Dim[] | undefined;
};

/** Open-ended Slice bounds lie beyond 2^53 and would be rounded: those stay as they are. */
function integerConstant({ type, dims, elements }: Integers): Tensor | undefined {
  if (elements?.length !== elementCount(dims)) return undefined;
  const safe = elements.every((element) => Number.isSafeInteger(element));
  return safe ? tensorOf(type, elements.map(Number), dims) : undefined;
}

type Evaluate = (inputs: readonly Tensor[]) => Float32Array | undefined;

const moved: Evaluate = ([input]) => (input?.type === "float32" ? floatsOf(input) : undefined);
const one =
  (compute: (x: number) => number): Evaluate =>
  ([x]) =>
    x?.type === "float32" ? floatsOf(x).map(compute) : undefined;

/** Two operands of one length, or one of them a single number. */
const two =
  (compute: (a: number, b: number) => number): Evaluate =>
  ([first, second]) => {
    if (first?.type !== "float32" || second?.type !== "float32") return undefined;
    const [a, b] = [floatsOf(first), floatsOf(second)];
    const length = Math.max(a.length, b.length);
    if ((a.length !== 1 && a.length !== length) || (b.length !== 1 && b.length !== length)) return undefined;
    const at = (values: Float32Array, index: number): number => values[values.length === 1 ? 0 : index] ?? 0;
    return Float32Array.from({ length }, (_, index) => compute(at(a, index), at(b, index)));
  };

/** IEEE 754 rounds these once in double and once in single precision to the same number as in single precision alone. */
const FLOAT: Readonly<Record<string, Evaluate>> = {
  Cast: ([input]) => (input === undefined ? undefined : Float32Array.from(numbersOf(input))),
  Identity: moved,
  Reshape: moved,
  Squeeze: moved,
  Unsqueeze: moved,
  Neg: one((x) => -x),
  Reciprocal: one((x) => 1 / x),
  Sqrt: one(Math.sqrt),
  Add: two((a, b) => a + b),
  Sub: two((a, b) => a - b),
  Mul: two((a, b) => a * b),
  Div: two((a, b) => a / b),
};
