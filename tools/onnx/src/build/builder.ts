// This file builds graphs node by node with fresh value names.
import { assert } from "@kolm/format";
import type { Attribute, DataType, Dim, Graph, Node, Tensor, ValueType } from "../graph.ts";
import { floatTensor, intTensor } from "../tensor.ts";

export type NodeOptions = {
  /** How many outputs to name freshly (default 1), or their names. */
  readonly outputs?: number | readonly string[];
  readonly domain?: string;
  readonly name?: string;
};

const DEFAULT_OPSETS = { "": 17, "com.microsoft": 1 } as const;

/** A graph under construction; nodes must be added after the values they read exist. */
export class GraphBuilder {
  readonly #name: string;
  readonly #opsets: Readonly<Record<string, number>>;
  readonly #inputs: ValueType[] = [];
  readonly #outputs: ValueType[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #nodes: Node[] = [];
  readonly #names = new Set<string>();
  readonly #nodeNames = new Set<string>();
  readonly #constants = new Map<string, string>();
  #counter = 0;

  constructor(name: string, opsets: Readonly<Record<string, number>> = DEFAULT_OPSETS) {
    this.#name = name;
    this.#opsets = opsets;
  }

  /** A builder holding all of a graph but its outputs; the operator sets of com.microsoft are added. */
  static from(graph: Graph): GraphBuilder {
    const builder = new GraphBuilder(graph.name, { "com.microsoft": 1, ...graph.opsets });
    for (const input of graph.inputs) builder.input(input.name, input.type, input.dims);
    for (const [name, tensor] of graph.initializers) builder.initializer(name, tensor);
    for (const node of graph.nodes) builder.append(node);
    return builder;
  }

  input(name: string, type: DataType, dims: readonly Dim[]): string {
    this.#claim(name);
    this.#inputs.push({ name, type, dims });
    return name;
  }

  /** Declares an existing value an output of the graph. */
  output(name: string, type: DataType, dims: readonly Dim[]): string {
    assert(this.#names.has(name), `output ${name} exists`);
    this.#outputs.push({ name, type, dims });
    return name;
  }

  initializer(name: string, tensor: Tensor): string {
    this.#claim(name);
    this.#initializers.set(name, tensor);
    return name;
  }

  /** A float32 constant; equal constants share one initializer. Dims [] for a scalar (default for one number). */
  floats(values: readonly number[], dims: readonly number[] = values.length === 1 ? [] : [values.length]): string {
    return this.#shared(`f[${dims.join(",")}]${values.join(",")}`, () => floatTensor(values, dims));
  }

  /** An int64 constant, one axis unless dims say otherwise; equal constants share one initializer. */
  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#shared(`i[${dims.join(",")}]${values.join(",")}`, () => intTensor(values, dims));
  }

  /** Adds a node and returns its output names (the first always exists). */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    options: NodeOptions = {},
  ): readonly [string, ...string[]] {
    const { outputs = 1, domain = "", name = "" } = options;
    const names = typeof outputs === "number" ? Array.from({ length: outputs }, () => this.fresh(op)) : outputs;
    const [first, ...rest] = names;
    assert(first !== undefined, `${op} has an output`);
    this.append({ name: name === "" ? first : name, op, domain, inputs, outputs: names, attributes });
    return [first, ...rest];
  }

  /** Adds a ready-made node; a node name already taken (ONNX Runtime wants them unique) gets a number. */
  append(node: Node): void {
    for (const input of node.inputs)
      assert(input === "" || this.#names.has(input), `input ${input} of ${node.op} exists`);
    for (const output of node.outputs) {
      if (output !== "") this.#claim(output);
    }
    let { name } = node;
    while (name !== "" && this.#nodeNames.has(name)) name = `${node.name}#${this.#counter++}`;
    this.#nodeNames.add(name);
    this.#nodes.push({ ...node, name });
  }

  /** A value name not yet taken, readable by its stem. */
  fresh(stem: string): string {
    let name = `${stem}_${this.#counter++}`;
    while (this.#names.has(name)) name = `${stem}_${this.#counter++}`;
    return name;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  build(): Graph {
    return {
      name: this.#name,
      opsets: this.#opsets,
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      initializers: new Map(this.#initializers),
      nodes: [...this.#nodes],
    };
  }

  #shared(key: string, make: () => Tensor): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(this.fresh("constant"), make());
    this.#constants.set(key, name);
    return name;
  }

  #claim(name: string): void {
    assert(name !== "" && !this.#names.has(name), `value name ${JSON.stringify(name)} is new`);
    this.#names.add(name);
  }
}
