// This file lays all parameters out in one array each for values and gradients.
import type { Value, Values } from "../session.ts";
import type { Parameter, Weights } from "../student/weights.ts";
import { weightsOf } from "../student/weights.ts";
import { elementCount } from "../tensor.ts";

export type Segment = Parameter & { readonly offset: number; readonly length: number };

/** Parameters in order, their numbers in one array; feeds are views over it made once. */
export class FlatParameters {
  readonly segments: readonly Segment[];
  readonly values: Float32Array;
  readonly gradients: Float32Array;
  readonly feeds: Values;

  constructor(parameters: readonly Parameter[], initial: Weights) {
    let total = 0;
    this.segments = parameters.map((parameter) => {
      const length = elementCount(parameter.dims);
      const segment = { ...parameter, offset: total, length };
      total += length;
      return segment;
    });
    this.values = new Float32Array(total);
    this.gradients = new Float32Array(total);
    this.feeds = Object.fromEntries(
      this.segments.map((segment): [string, Value] => [segment.name, this.#view(segment)]),
    );
    this.load(initial);
  }

  load(weights: Weights): void {
    for (const segment of this.segments) this.values.set(weightsOf(weights, segment), segment.offset);
  }

  copy(): Weights {
    return new Map(
      this.segments.map(({ name, dims, offset, length }) => [
        name,
        { dims, data: this.values.slice(offset, offset + length) },
      ]),
    );
  }

  #view({ dims, offset, length }: Segment): Value {
    return { type: "float32", dims, data: this.values.subarray(offset, offset + length) };
  }
}
