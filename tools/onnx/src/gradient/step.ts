// This file shows one node to its gradient rule.
import { KolmError } from "@kolm/format";
import { describe } from "../build/attributes.ts";
import type { Dim, Node } from "../graph.ts";
import type { View } from "../shapes/view.ts";
import { fullSize } from "./sizes.ts";
import type { Tape } from "./tape.ts";

/**
 * One thunk per input gives that input's gradient; only those of inputs on the way from a trainable value are called.
 * A missing thunk is an input without a gradient (indices, axes).
 */
export type Rule = (step: Step) => readonly ((() => string) | undefined)[];

export class Step {
  readonly node: Node;
  readonly tape: Tape;
  /** Gradient of the first output; may be smaller than the output where it repeats. */
  readonly g: string;
  readonly #gradients: readonly (string | undefined)[];

  constructor(tape: Tape, node: Node, gradients: readonly (string | undefined)[]) {
    this.tape = tape;
    this.node = node;
    this.#gradients = gradients;
    const [first] = gradients;
    this.g = first ?? "";
  }

  input(index: number): string {
    return this.node.inputs[index] ?? "";
  }

  output(index: number): string {
    return this.node.outputs[index] ?? "";
  }

  dims(index: number): readonly Dim[] {
    return this.tape.dims(this.input(index));
  }

  outputDims(index = 0): readonly Dim[] {
    return this.tape.dims(this.output(index));
  }

  /** The gradient of an output at the output's full size; undefined when the loss does not use that output. */
  gradient(index: number): string | undefined {
    const gradient = this.#gradients[index];
    return gradient === undefined ? undefined : fullSize(this.tape, gradient, this.outputDims(index));
  }

  full(): string {
    return fullSize(this.tape, this.g, this.outputDims());
  }

  view(): View {
    return this.tape.shapes.view(this.node);
  }

  refuse(detail: string): KolmError {
    return new KolmError("GRADIENT_UNSUPPORTED", `no gradient for ${describe(this.node)}: ${detail}`, {
      hint: "Choose LoRA targets above this node, or export the model without it.",
    });
  }
}
