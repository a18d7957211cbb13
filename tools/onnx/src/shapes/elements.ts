// This file evaluates the integer arithmetic that exporters write around shapes, symbols included.
import { intAttribute } from "../build/attributes.ts";
import { constantOf } from "../build/constant.ts";
import type { Dim } from "../graph.ts";
import { elementCount, numbersOf } from "../tensor.ts";
import { minus, over, plus, product, times } from "./dims.ts";
import { shapeSlice, sliceBounds } from "./structure.ts";
import { ELEMENT_LIMIT } from "./view.ts";
import type { ElementRule, View } from "./view.ts";

/** TensorProto.DataType of truth values. */
const BOOL = 9;

const keep: ElementRule = (view) => view.elements(0);
const pairwise =
  (combine: (a: Dim, b: Dim) => Dim | undefined): ElementRule =>
  (view) =>
    combineAll(view, combine);

/** First-output elements by operator; operators not listed give unknown elements. */
export const ELEMENT_RULES: Readonly<Record<string, ElementRule>> = {
  Identity: keep,
  Cast: (view) => {
    const toBool = intAttribute(view.node, "to", 0) === BOOL;
    const element = (dim: Dim): Dim => (typeof dim === "number" && dim === 0 ? 0 : 1);
    return toBool ? view.elements(0)?.map(element) : view.elements(0);
  },
  Unsqueeze: keep,
  Squeeze: keep,
  Reshape: keep,
  Flatten: keep,
  Constant: ({ node }) => {
    const constant = constantOf(node);
    return constant === undefined || elementCount(constant.dims) > ELEMENT_LIMIT ? undefined : numbersOf(constant);
  },
  Shape: (view) => shapeSlice(view),
  Size: (view) => [product(view.dims(0))],
  Add: pairwise(plus),
  Sub: pairwise(minus),
  Mul: pairwise(times),
  Div: pairwise((a, b) => (b === 0 ? undefined : over(a, b))),
  Max: pairwise((a, b) => ordered(a, b, Math.max)),
  Min: pairwise((a, b) => ordered(a, b, Math.min)),
  Equal: pairwise(equal),
  Not: (view) => view.elements(0)?.map((element) => (element === 0 ? 1 : 0)),
  Where: (view) => {
    const [condition, yes, no] = [view.elements(0), view.elements(1), view.elements(2)];
    if (condition === undefined || yes === undefined || no === undefined) return undefined;
    const length = Math.max(condition.length, yes.length, no.length);
    return Array.from({ length }, (_, index) => {
      const chosen = at(condition, index) === 0 ? no : yes;
      return at(chosen, index);
    });
  },
  ConstantOfShape: (view) => {
    const dims = view.elements(0);
    if (dims === undefined || !dims.every((dim) => typeof dim === "number")) return undefined;
    const value = view.node.attributes["value"];
    const [element = 0] = value?.kind === "tensor" ? numbersOf(value.value) : [];
    const length = elementCount(dims);
    return length > ELEMENT_LIMIT ? undefined : Array.from({ length }, () => element);
  },
  Concat: (view) => {
    const parts = Array.from({ length: view.count }, (_, index) => view.elements(index));
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  },
  Gather: (view) => {
    const [elements, indices] = [view.elements(0), view.elements(1)];
    if (elements === undefined || indices === undefined || view.dims(0).length !== 1) return undefined;
    if (intAttribute(view.node, "axis", 0) > 0 || !indices.every((index) => typeof index === "number"))
      return undefined;
    return allKnown(indices.map((index) => elements[index < 0 ? index + elements.length : index]));
  },
  Slice: (view) => {
    const elements = view.elements(0);
    const bound = sliceBounds(view)?.[0];
    if (elements === undefined || view.dims(0).length !== 1 || bound === undefined) return undefined;
    const { start, end, step } = bound;
    if (typeof start !== "number" || typeof end !== "number" || step === 0) return undefined;
    if (Math.abs((end - start) / step) > ELEMENT_LIMIT) return undefined;
    const chosen: Dim[] = [];
    for (let index = start; step > 0 ? index < end : index > end; index += step) chosen.push(elements[index] ?? 0);
    return chosen;
  },
  Range: (view) => {
    const bounds = [view.elements(0)?.[0], view.elements(1)?.[0], view.elements(2)?.[0]];
    const [start, limit, delta] = bounds;
    if (typeof start !== "number" || typeof limit !== "number" || typeof delta !== "number" || delta === 0)
      return undefined;
    const length = Math.max(0, Math.ceil((limit - start) / delta));
    return length > ELEMENT_LIMIT ? undefined : Array.from({ length }, (_, index) => start + index * delta);
  },
  ReduceProd: (view) => {
    const elements = view.elements(0);
    return elements === undefined || view.dims(0).length !== 1 ? undefined : [product(elements)];
  },
};

function combineAll(view: View, combine: (a: Dim, b: Dim) => Dim | undefined): readonly Dim[] | undefined {
  const [a, b] = [view.elements(0), view.elements(1)];
  if (a === undefined || b === undefined || view.count !== 2) return undefined;
  const length = Math.max(a.length, b.length);
  if (a.length === 0 || b.length === 0) return [];
  if ((a.length !== 1 && a.length !== length) || (b.length !== 1 && b.length !== length)) return undefined;
  return allKnown(Array.from({ length }, (_, index) => combine(at(a, index), at(b, index))));
}

function at(elements: readonly Dim[], index: number): Dim {
  return (elements.length === 1 ? elements[0] : elements[index]) ?? 0;
}

function allKnown(elements: readonly (Dim | undefined)[]): readonly Dim[] | undefined {
  return elements.every((element) => element !== undefined) ? elements : undefined;
}

function ordered(a: Dim, b: Dim, choose: (a: number, b: number) => number): Dim | undefined {
  if (a === b) return a;
  return typeof a === "number" && typeof b === "number" ? choose(a, b) : undefined;
}

/** Symbols stand for sizes of at least one, so they never equal 0 or -1. */
function equal(a: Dim, b: Dim): Dim | undefined {
  if (a === b) return 1;
  if (typeof a === "number" && typeof b === "number") return 0;
  const size = typeof a === "number" ? a : b;
  return typeof size === "number" && size < 1 ? 0 : undefined;
}
