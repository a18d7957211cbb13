// This file gives a training its first weights: adapters that change nothing, and heads that already know the mean of each class.
import type { Parameter, Weights } from "@kolm/onnx";
import type { Rng } from "@kolm/stage";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";

/** Logit of a text that is its class's mean. */
const PROTOTYPE_SCALE = 16;
const TAG_DEVIATION = 0.02;

export type Material = {
  readonly parameters: readonly Parameter[];
  readonly heads: readonly Head[];
  readonly lessons: readonly Lesson[];
  /** The frozen base's unit vector of each lesson. */
  readonly vectors: readonly Float32Array[];
};

/** First weights for a training on some of the lessons. */
export type Start = (rows: readonly number[], rng: Rng) => Weights;

/** A as in PEFT, B zero, class heads from prototypes (Snell et al. 2017) of the given rows, token heads small, biases zero. */
export function createStart({ parameters, heads, lessons, vectors }: Material): Start {
  return (rows, rng) => {
    const seen = rows.flatMap((row): Seen[] => {
      const [lesson, vector] = [lessons[row], vectors[row]];
      return lesson === undefined || vector === undefined ? [] : [{ lesson, vector }];
    });
    return new Map(
      parameters.map((parameter) => [
        parameter.name,
        { dims: parameter.dims, data: firstOf(parameter, { heads, seen, rng: rng.fork(parameter.name) }) },
      ]),
    );
  };
}

type Seen = { readonly lesson: Lesson; readonly vector: Float32Array };
type Source = { readonly heads: readonly Head[]; readonly seen: readonly Seen[]; readonly rng: Rng };

function firstOf({ name, dims, group }: Parameter, { heads, seen, rng }: Source): Float32Array {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  const [inner = 1] = dims;
  // PEFT draws A by kaiming_uniform with a = √5, which is uniform in ±1/√in.
  if (group === "lora_A") return data.map(() => (2 * rng.uniform() - 1) / Math.sqrt(inner));
  const head = heads.find((head) => name === `${head.name}.weight`);
  if (head === undefined) return data;
  return head.on === "tokens" ? data.map(() => TAG_DEVIATION * rng.normal()) : prototypes(head, seen, inner);
}

/** [hidden, classes]: each column is the class's mean vector at the prototype scale. */
function prototypes({ name, classes }: Head, seen: readonly Seen[], hidden: number): Float32Array {
  const columns = new Float32Array(hidden * classes);
  for (let label = 0; label < classes; label++) {
    const mean = meanOf(
      seen,
      hidden,
      ({ targets: { [name]: target } }) => (target?.weight ?? 0) * (target?.data[label] ?? 0),
    );
    for (const [place, value] of mean.entries()) columns[place * classes + label] = PROTOTYPE_SCALE * value;
  }
  return columns;
}

/** Weighted mean at unit length; zeros where nothing has weight. */
function meanOf(seen: readonly Seen[], hidden: number, weightOf: (lesson: Lesson) => number): Float32Array {
  const mean = new Float32Array(hidden);
  for (const { lesson, vector } of seen) {
    const weight = weightOf(lesson);
    if (weight === 0) continue;
    for (const [place, value] of vector.entries()) mean[place] = (mean[place] ?? 0) + weight * value;
  }
  let square = 0;
  for (const value of mean) square += value * value;
  const length = Math.sqrt(square);
  return length === 0 ? mean : mean.map((value) => value / length);
}
