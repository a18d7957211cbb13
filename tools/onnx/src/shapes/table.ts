// This file infers the shape of every value of a graph, node by node, symbols included.
import { KolmError, assert } from "@kolm/format";
import { describe } from "../build/attributes.ts";
import type { DataType, Dim, Graph, Node, Tensor } from "../graph.ts";
import { QUANTISED_SHAPES } from "../quantise/shapes.ts";
import { elementCount, numbersOf } from "../tensor.ts";
import { ELEMENT_RULES } from "./elements.ts";
import { ELEMENTWISE_SHAPES } from "./elementwise.ts";
import { REDUCTION_SHAPES } from "./reduction.ts";
import { STRUCTURE_SHAPES } from "./structure.ts";
import { ELEMENT_LIMIT, View, wrongShape } from "./view.ts";
import type { Known, ShapeRule } from "./view.ts";

const SHAPE_RULES: Readonly<Record<string, ShapeRule>> = {
  ...ELEMENTWISE_SHAPES,
  ...STRUCTURE_SHAPES,
  ...REDUCTION_SHAPES,
  ...QUANTISED_SHAPES,
};

/** The operator set from which axes are inputs and Softmax works on one axis. */
const OLDEST_OPSET = 13;

/** Shapes of all values of a graph; throws KolmError naming operator and node for an operator it does not know. */
export function inferShapes(graph: Graph): ShapeTable {
  const opset = graph.opsets[""] ?? 0;
  if (opset < OLDEST_OPSET) {
    throw new KolmError("ONNX_OPSET", `the model uses operator set ${opset}, at least ${OLDEST_OPSET} is needed`, {
      hint: "Export again with opset_version=17.",
    });
  }
  const table = new ShapeTable(opset);
  for (const { name, type, dims } of graph.inputs) table.declare(name, { type, dims });
  for (const [name, tensor] of graph.initializers) table.constant(name, tensor);
  for (const node of graph.nodes) table.add(node);
  return table;
}

/** What is known of each value by name; grows as nodes are added. */
export class ShapeTable {
  readonly #opset: number;
  readonly #rules: Readonly<Record<string, ShapeRule>>;
  readonly #known = new Map<string, Known>();

  /** more: rules of operators that are run but never trained. */
  constructor(opset: number, more: Readonly<Record<string, ShapeRule>> = {}) {
    this.#opset = opset;
    this.#rules = { ...SHAPE_RULES, ...more };
  }

  declare(name: string, known: Known): void {
    this.#known.set(name, known);
  }

  constant(name: string, tensor: Tensor): void {
    const tracked = isInteger(tensor.type) && elementCount(tensor.dims) <= ELEMENT_LIMIT;
    this.declare(name, { type: tensor.type, dims: tensor.dims, elements: tracked ? numbersOf(tensor) : undefined });
  }

  add(node: Node): void {
    const view = this.view(node);
    const key = operatorKey(node);
    // Names come from the file: "constructor" must not find what every object has.
    const rule = Object.hasOwn(this.#rules, key) ? this.#rules[key] : undefined;
    if (rule === undefined) {
      throw new KolmError("ONNX_OPERATOR", `operator ${key} is not supported (${describe(node)})`, {
        hint: "Export the model in standard float32 operators, without quantisation or fused kernels.",
      });
    }
    const shapes = rule(view);
    node.outputs.forEach((output, index) => {
      const shape = shapes[index];
      if (output === "" || shape === undefined) return;
      checkDims(node, shape.dims);
      const tracked = index === 0 && isInteger(shape.type) && Object.hasOwn(ELEMENT_RULES, key);
      const elements = tracked ? ELEMENT_RULES[key]?.(view) : undefined;
      const known = (elements?.length ?? 0) <= ELEMENT_LIMIT ? elements : undefined;
      this.declare(output, { type: shape.type, dims: shape.dims, elements: known });
    });
  }

  view(node: Node): View {
    const inputs = node.inputs.map((input) => (input === "" ? undefined : this.known(input)));
    return new View(node, this.#opset, inputs);
  }

  known(name: string): Known {
    const known = this.#known.get(name);
    if (known === undefined) {
      throw new KolmError("ONNX_MALFORMED", `value ${JSON.stringify(name)} is read before any node makes it`);
    }
    return known;
  }

  dims(name: string): readonly Dim[] {
    return this.known(name).dims;
  }

  type(name: string): DataType {
    return this.known(name).type;
  }

  entries(): Iterable<[string, Known]> {
    return this.#known;
  }
}

/** No transformer has values of more axes. */
const RANK_LIMIT = 16;

function checkDims(node: Node, dims: readonly Dim[]): void {
  const sound = dims.every((dim) => typeof dim === "string" || (Number.isSafeInteger(dim) && dim >= 0));
  if (!sound || dims.length > RANK_LIMIT)
    throw wrongShape(node, `its output would be [${dims.slice(0, 32).join(",")}]`);
}

/** Operator with its domain, as the rule tables name it: "MatMul", "com.microsoft.FusedMatMul". */
export function operatorKey(node: Node): string {
  assert(node.domain !== "ai.onnx", "the default domain is written as the empty string");
  return node.domain === "" ? node.op : `${node.domain}.${node.op}`;
}

function isInteger(type: DataType): boolean {
  return type !== "float32" && type !== "float64" && type !== "float16";
}
