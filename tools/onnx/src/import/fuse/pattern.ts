// This file answers what patterns ask of a graph: who made a value, is it this constant, does it have that shape.
import { intAttribute } from "../../build/attributes.ts";
import type { Dim, Graph, Node } from "../../graph.ts";
import { reducedAxes } from "../../shapes/reduction.ts";
import type { ShapeTable } from "../../shapes/table.ts";
import { elementCount, floatsOf } from "../../tensor.ts";

export class Pattern {
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #constants: Graph["initializers"];
  readonly #shapes: ShapeTable;

  constructor(graph: Graph, shapes: ShapeTable) {
    this.#producers = new Map(
      graph.nodes.flatMap((node) => node.outputs.slice(0, 1).map((output): [string, Node] => [output, node])),
    );
    this.#constants = graph.initializers;
    this.#shapes = shapes;
  }

  /** The inputs of the node that makes a value, when it is of this operator. */
  made(value: string | undefined, op: string): readonly string[] | undefined {
    const node = this.#producers.get(value ?? "");
    return node?.op === op && node.domain === "" ? node.inputs : undefined;
  }

  /** The input of a mean over the last axis that keeps it. */
  meanOfLast(value: string | undefined): string | undefined {
    const node = this.#producers.get(value ?? "");
    if (node?.op !== "ReduceMean" || node.domain !== "" || intAttribute(node, "keepdims", 1) === 0) return undefined;
    const view = this.#shapes.view(node);
    const axes = reducedAxes(view);
    return axes.length === 1 && axes[0] === view.dims(0).length - 1 ? node.inputs[0] : undefined;
  }

  /** The number of a constant of one element. */
  number(value: string | undefined): number | undefined {
    const tensor = this.#constants.get(value ?? "");
    return tensor?.type === "float32" && elementCount(tensor.dims) === 1 ? floatsOf(tensor)[0] : undefined;
  }

  /** One number and the other operand, in whichever order they stand. */
  withNumber(inputs: readonly string[] | undefined): readonly [string, number] | undefined {
    const [a = "", b = ""] = inputs ?? [];
    const [left, right] = [this.number(a), this.number(b)];
    if (right !== undefined) return [a, right];
    return left === undefined ? undefined : [b, left];
  }

  /** What is squared to make a value, as a power or as a product with itself. */
  squared(value: string | undefined): string | undefined {
    const [base, exponent] = this.made(value, "Pow") ?? [];
    if (base !== undefined && this.number(exponent) === 2) return base;
    const [a, b] = this.made(value, "Mul") ?? [];
    return a !== undefined && a === b ? a : undefined;
  }

  /** Whether a value is a float32 constant with one number for each place along the last axis of another. */
  isPerChannel(constant: string | undefined, value: string): boolean {
    const tensor = this.#constants.get(constant ?? "");
    return tensor?.type === "float32" && tensor.dims.length === 1 && tensor.dims[0] === this.dims(value).at(-1);
  }

  dims(value: string): readonly Dim[] {
    return this.#shapes.dims(value);
  }
}

/** The two orders of the operands of a commutative operation. */
export function orders(inputs: readonly string[] | undefined): readonly (readonly [string, string])[] {
  const [a, b] = inputs ?? [];
  if (a === undefined || b === undefined) return [];
  return [
    [a, b],
    [b, a],
  ];
}
