// This file splits answers into folds by hash, so that an added answer moves no other and near-copies stay together.
import { wordsOf } from "@kolm/recipe";
import type { Answer } from "../answers.ts";

export const FOLDS = 5;

/** The fold of an answer by its words with all digits alike. */
export function foldByInput(answer: Answer): number {
  return textHash(wordsOf(answer.input).form.replace(/\d/g, "0")) % FOLDS;
}

/** The fold of an answer by its name: copies of one input may part, which recall of repeated inputs is judged by. */
export function foldById(answer: Answer): number {
  return textHash(answer.id) % FOLDS;
}

/** 32 bits of a text, the same everywhere: FNV-1a, then a mixing step, since its low bits alone are poorly spread. */
export function textHash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  return (state ^ (state >>> 15)) >>> 0;
}
