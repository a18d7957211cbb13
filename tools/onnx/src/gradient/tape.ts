// This file appends nodes to a graph while keeping the shape of every value at hand.
import { assert } from "@kolm/format";
import { GraphBuilder } from "../build/builder.ts";
import { attr } from "../build/attributes.ts";
import type { Attribute, DataType, Dim, Graph, Node, Tensor } from "../graph.ts";
import { inferShapes } from "../shapes/table.ts";
import type { ShapeTable } from "../shapes/table.ts";

/** A graph being extended by its gradient; every method that makes a value returns its name. */
export class Tape {
  readonly shapes: ShapeTable;
  readonly opset: number;
  readonly #builder: GraphBuilder;
  readonly #constants: ReadonlyMap<string, Tensor>;
  /** Where a runtime size can be read off: the first value and axis that has it. */
  readonly #sources = new Map<Dim, { readonly value: string; readonly axis: number }>();

  constructor(graph: Graph) {
    this.#builder = GraphBuilder.from(graph);
    this.shapes = inferShapes(graph);
    this.opset = graph.opsets[""] ?? 0;
    this.#constants = graph.initializers;
    for (const [value, { dims }] of this.shapes.entries()) {
      dims.forEach((dim, axis) => {
        if (typeof dim === "string" && !this.#sources.has(dim)) this.#sources.set(dim, { value, axis });
      });
    }
  }

  get builder(): GraphBuilder {
    return this.#builder;
  }

  dims(name: string): readonly Dim[] {
    return this.shapes.dims(name);
  }

  constant(name: string): Tensor | undefined {
    return this.#constants.get(name);
  }

  source(dim: Dim): { readonly value: string; readonly axis: number } | undefined {
    return this.#sources.get(dim);
  }

  call(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): string {
    const output = this.#builder.fresh(op);
    this.append({ name: output, op, domain, inputs, outputs: [output], attributes });
    return output;
  }

  append(node: Node): void {
    this.#builder.append(node);
    this.shapes.add(node);
  }

  /** States what inference cannot see, such as that a padded slice has its first size again. */
  assume(name: string, dims: readonly Dim[]): string {
    const known = this.shapes.known(name);
    assert(known.dims.length === dims.length, `${name} has rank ${dims.length}`);
    this.shapes.declare(name, { ...known, dims });
    return name;
  }

  number(value: number): string {
    const name = this.#builder.floats([value]);
    this.shapes.declare(name, { type: "float32", dims: [] });
    return name;
  }

  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const name = this.#builder.ints(values, dims);
    this.shapes.declare(name, { type: "int64", dims, elements: values });
    return name;
  }

  add(a: string, b: string): string {
    return this.call("Add", [a, b]);
  }

  subtract(a: string, b: string): string {
    return this.call("Sub", [a, b]);
  }

  multiply(a: string, b: string): string {
    return this.call("Mul", [a, b]);
  }

  divide(a: string, b: string): string {
    return this.call("Div", [a, b]);
  }

  scale(a: string, factor: number): string {
    return factor === 1 ? a : this.call("Mul", [a, this.number(factor)]);
  }

  cast(a: string, type: "float32" | "int64"): string {
    return this.shapes.type(a) === type ? a : this.call("Cast", [a], { to: attr.int(type === "float32" ? 1 : 7) });
  }

  /** Sum over axes counted from the front. */
  sum(a: string, axes: readonly number[], keep: boolean): string {
    return this.call("ReduceSum", [a, this.integers(axes)], { keepdims: attr.int(keep ? 1 : 0) });
  }

  /** Mean over axes counted from the front, which stay with size one; axes became an input in opset 18. */
  mean(a: string, axes: readonly number[]): string {
    if (this.opset < 18) return this.call("ReduceMean", [a], { axes: attr.ints(axes), keepdims: attr.int(1) });
    return this.call("ReduceMean", [a, this.integers(axes)], { keepdims: attr.int(1) });
  }

  matmul(a: string, b: string, options: { transA?: boolean; transB?: boolean; alpha?: number } = {}): string {
    const { transA = false, transB = false, alpha = 1 } = options;
    if (!transA && !transB && alpha === 1) return this.call("MatMul", [a, b]);
    const attributes = { transA: attr.int(Number(transA)), transB: attr.int(Number(transB)), alpha: attr.float(alpha) };
    return this.call("FusedMatMul", [a, b], attributes, "com.microsoft");
  }

  type(name: string): DataType {
    return this.shapes.type(name);
  }
}
