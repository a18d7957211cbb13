// This file shows a node's inputs to the shape rules: types, dimensions and known integer elements.
import { KolmError } from "@kolm/format";
import { describe } from "../build/attributes.ts";
import type { DataType, Dim, Node } from "../graph.ts";

export type Shape = { readonly type: DataType; readonly dims: readonly Dim[] };

/** Longer integer tensors are not tracked: no shape is that long. */
export const ELEMENT_LIMIT = 64;

/** What inference knows of one value; elements are those of small integer tensors (shape arithmetic). */
export type Known = Shape & { readonly elements?: readonly Dim[] | undefined };

/** Shapes of the outputs of a node, in order; surplus entries are ignored. */
export type ShapeRule = (view: View) => readonly Shape[];

/** Elements of the first output, undefined when they are not known. */
export type ElementRule = (view: View) => readonly Dim[] | undefined;

export class View {
  readonly node: Node;
  readonly opset: number;
  readonly #inputs: readonly (Known | undefined)[];

  constructor(node: Node, opset: number, inputs: readonly (Known | undefined)[]) {
    this.node = node;
    this.opset = opset;
    this.#inputs = inputs;
  }

  get count(): number {
    return this.#inputs.length;
  }

  has(index: number): boolean {
    return this.#inputs[index] !== undefined;
  }

  input(index: number): Known {
    const known = this.#inputs[index];
    if (known === undefined) throw wrongShape(this.node, `input ${index} is missing`);
    return known;
  }

  dims(index: number): readonly Dim[] {
    return this.input(index).dims;
  }

  type(index: number): DataType {
    return this.input(index).type;
  }

  elements(index: number): readonly Dim[] | undefined {
    return this.#inputs[index]?.elements;
  }

  /** Elements that must be plain numbers, such as axes. */
  integers(index: number): readonly number[] {
    const elements = this.elements(index);
    if (elements === undefined || !elements.every((element) => typeof element === "number")) {
      throw wrongShape(this.node, `input ${index} must be a constant list of integers`);
    }
    return elements;
  }

  /** A dimension's size or name; negative axes count from the end. */
  dim(index: number, axis: number): Dim {
    const dims = this.dims(index);
    const dim = dims[axis < 0 ? axis + dims.length : axis];
    if (dim === undefined) throw wrongShape(this.node, `axis ${axis} is outside rank ${dims.length}`);
    return dim;
  }
}

/** An axis as a count from the front, checked against the rank. */
export function positiveAxis(node: Node, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw wrongShape(node, `axis ${axis} is outside rank ${rank}`);
  return positive;
}

export function wrongShape(node: Node, detail: string): KolmError {
  return new KolmError("ONNX_SHAPE", `${describe(node)}: ${detail}`, { hint: "Check how the model was exported." });
}
