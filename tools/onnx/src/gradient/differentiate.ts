// This file differentiates a graph in reverse: it appends the gradient of a scalar with respect to chosen inputs.
import { KolmError } from "@kolm/format";
import { describe } from "../build/attributes.ts";
import type { Graph, Node } from "../graph.ts";
import { inferShapes, operatorKey } from "../shapes/table.ts";
import { sameDims } from "../shapes/dims.ts";
import { SAVED_OUTPUTS } from "./reduction.ts";
import { POINTWISE_RULES, SHAPED_RULES } from "./rules.ts";
import { fullSize, sumTo } from "./sizes.ts";
import { Step } from "./step.ts";
import { Tape } from "./tape.ts";

export type DifferentiateOptions = {
  readonly loss: string;
  readonly wrt: readonly string[];
  /** Values that count as constants although they depend on a trainable one. */
  readonly detached?: readonly string[];
};

/** Name of the output that carries the gradient of a value. */
export function gradientName(value: string): string {
  return `${value}.gradient`;
}

/**
 * The graph with one more output per trainable value: the gradient of the scalar loss, of the value's own shape.
 * Only nodes between a trainable value and the loss get gradient nodes. Throws KolmError for an operator without a rule
 * on such a path and for a trainable value that the loss does not depend on.
 */
export function differentiate(graph: Graph, { loss, wrt, detached = [] }: DifferentiateOptions): Graph {
  const active = activeValues(graph, wrt, new Set(detached));
  const tape = new Tape(withSavedOutputs(graph, active));
  if (!tape.dims(loss).every((dim) => dim === 1)) {
    throw new KolmError(
      "GRADIENT_LOSS",
      `the loss ${JSON.stringify(loss)} has shape [${tape.dims(loss).join(",")}], expected a scalar`,
    );
  }
  const gradients = new Map([[loss, tape.number(1)]]);
  const nodes = tape.builder.build().nodes;
  for (const node of nodes.toReversed()) backward(tape, { node, gradients, active });
  for (const output of graph.outputs) tape.builder.output(output.name, output.type, output.dims);
  for (const name of wrt) emit(tape, name, gradients.get(name));
  return tape.builder.build();
}

/** Float values that depend on a trainable one, not through a detached one alone. */
function activeValues(graph: Graph, wrt: readonly string[], detached: ReadonlySet<string>): ReadonlySet<string> {
  const shapes = inferShapes(graph);
  const active = new Set(wrt);
  for (const node of graph.nodes) {
    if (!node.inputs.some((input) => active.has(input))) continue;
    for (const output of node.outputs) {
      if (output !== "" && shapes.type(output) === "float32" && !detached.has(output)) active.add(output);
    }
  }
  return active;
}

/** Gives active nodes the outputs their rules read, such as the mean and deviation of a LayerNormalization. */
function withSavedOutputs(graph: Graph, active: ReadonlySet<string>): Graph {
  const nodes = graph.nodes.map((node): Node => {
    const wanted = SAVED_OUTPUTS[operatorKey(node)] ?? 0;
    if (!node.inputs.some((input) => active.has(input)) || node.outputs.filter((name) => name !== "").length >= wanted)
      return node;
    const outputs = Array.from({ length: wanted }, (_, index) => {
      const name = node.outputs[index] ?? "";
      return name === "" ? `${node.outputs[0] ?? ""}.saved_${index}` : name;
    });
    return { ...node, outputs };
  });
  return { ...graph, nodes };
}

type Backward = { readonly node: Node; readonly gradients: Map<string, string>; readonly active: ReadonlySet<string> };

function backward(tape: Tape, { node, gradients, active }: Backward): void {
  const arriving = node.outputs.map((output) => gradients.get(output));
  if (arriving.every((gradient) => gradient === undefined)) return;
  const needed = node.inputs.map((input) => active.has(input));
  if (!needed.includes(true)) return;
  const thunks = applyRule(tape, { node, arriving, needed });
  node.inputs.forEach((input, index) => {
    if (needed[index] !== true) return;
    const thunk = thunks[index];
    if (thunk === undefined) throw unsupported(node, `input ${index} has no gradient`);
    const gradient = sumTo(tape, thunk(), tape.dims(input));
    const earlier = gradients.get(input);
    gradients.set(input, earlier === undefined ? gradient : tape.add(earlier, gradient));
  });
}

type Application = {
  readonly node: Node;
  readonly arriving: readonly (string | undefined)[];
  readonly needed: readonly boolean[];
};

function applyRule(tape: Tape, { node, arriving, needed }: Application): ReturnType<(typeof POINTWISE_RULES)[string]> {
  const key = operatorKey(node);
  const shaped = SHAPED_RULES[key];
  if (shaped !== undefined) {
    if (arriving[0] === undefined && key !== "Split") throw unsupported(node, "the loss reads only a side output");
    return shaped(new Step(tape, node, arriving));
  }
  const pointwise = POINTWISE_RULES[key];
  const [gradient] = arriving;
  const [output = ""] = node.outputs;
  if (pointwise === undefined || gradient === undefined) throw unsupported(node, "there is no rule for it");
  // A gradient kept small must not be summed over an axis along which an input was repeated.
  const broadcasts = node.inputs.some(
    (input, index) => needed[index] === true && !sameDims(tape.dims(input), tape.dims(output)),
  );
  const arrived = broadcasts ? fullSize(tape, gradient, tape.dims(output)) : gradient;
  return pointwise(new Step(tape, node, [arrived]));
}

function unsupported(node: Node, detail: string): KolmError {
  return new KolmError("GRADIENT_UNSUPPORTED", `${describe(node)} cannot be differentiated: ${detail}`, {
    hint: "Choose LoRA targets above this node, or export the model in standard operators.",
  });
}

function emit(tape: Tape, name: string, gradient: string | undefined): void {
  if (gradient === undefined) {
    throw new KolmError("GRADIENT_UNREACHED", `the loss does not depend on ${JSON.stringify(name)}`, {
      hint: "Remove it from the LoRA targets; training would leave it as it is.",
    });
  }
  const output = gradientName(name);
  const dims = tape.dims(name);
  tape.append({
    name: output,
    op: "Identity",
    domain: "",
    attributes: {},
    inputs: [fullSize(tape, gradient, dims)],
    outputs: [output],
  });
  tape.builder.output(output, "float32", dims);
}
