// This file gives unlabelled texts the labels that a student and the texts' neighbours believe in.
import type { CreateSession, Trainer } from "@kolm/onnx";
import { softmax } from "@kolm/runtime";
import type { Head } from "../rows/heads.ts";
import type { Lesson } from "../rows/lesson.ts";
import { predict, type Prediction, vectorsOf } from "../train/predict.ts";
import { nearestNeighbours, type Neighbours } from "./neighbours.ts";
import { align, normalised, propagate } from "./propagate.ts";

export type Guessing = {
  readonly labelled: readonly Lesson[];
  readonly unlabelled: readonly Lesson[];
  readonly heads: readonly Head[];
  readonly createSession: CreateSession;
  readonly threads: number;
  readonly signal: AbortSignal;
};

const NEIGHBOURS = 10;

/**
 * The unlabelled lessons with soft targets: for text heads the student's beliefs spread over the neighbours in its own
 * vector space and aligned with how often each label stands among the labelled, for token heads the student's alone.
 */
export async function pseudoLabel(trainer: Trainer, guessing: Guessing): Promise<Lesson[]> {
  const { labelled, unlabelled, heads, createSession, threads, signal } = guessing;
  const vectors = await vectorsOf(trainer, [...labelled, ...unlabelled], { signal });
  const neighbours = await nearestNeighbours(vectors, { count: NEIGHBOURS, createSession, threads, signal });
  const predictions = await predict(trainer, unlabelled, { heads, signal });
  const targets = heads.map((head): [string, readonly Float32Array[]] => [
    head.name,
    head.on === "pooled"
      ? guessText(head, { labelled, predictions, neighbours })
      : predictions.map((prediction) => ownTags(head, prediction)),
  ]);
  return unlabelled.map((lesson, row) => ({
    ...lesson,
    targets: Object.fromEntries(
      targets.map(([name, rows]) => [name, { data: rows[row] ?? new Float32Array(0), weight: 1 }]),
    ),
  }));
}

type Evidence = {
  readonly labelled: readonly Lesson[];
  readonly predictions: readonly Prediction[];
  readonly neighbours: Neighbours;
};

function guessText({ name, classes }: Head, { labelled, predictions, neighbours }: Evidence): Float32Array[] {
  const taught = labelled.map(({ targets }) => Float64Array.from(targets[name]?.data ?? new Float32Array(classes)));
  const believed = predictions.map((prediction) => softmax(prediction[name] ?? new Float32Array(classes), 1));
  const beliefs = propagate({ rows: [...taught, ...believed], known: taught.length }, neighbours);
  const { rows } = align(beliefs, shareOfEach(taught, classes));
  return rows.slice(taught.length).map(sharpened);
}

/** How often each class stands among the labelled, as if each stood there once more. */
function shareOfEach(taught: readonly Float64Array[], classes: number): Float64Array {
  const counts = new Float64Array(classes).fill(1);
  for (const row of taught) for (const [label, value] of row.entries()) counts[label] = (counts[label] ?? 0) + value;
  return normalised(counts);
}

/** To the power of 3/2, which takes out some of the doubt that spreading brings in. */
function sharpened(row: Float64Array): Float32Array {
  return Float32Array.from(normalised(row.map((value) => value * Math.sqrt(value))));
}

function ownTags({ name, classes }: Head, { [name]: logits = new Float32Array(0) }: Prediction): Float32Array {
  const tags = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += classes)
    tags.set(softmax(logits.subarray(from, from + classes), 1), from);
  return tags;
}
