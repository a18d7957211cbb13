// This file is what the page of recall.test.ts runs: it opens a recall index from its files and searches it.
import { fromBase64 } from "@kolm/format";
import { openRecall, RecallIndex } from "@kolm/runtime";

export type Question = { readonly vector?: readonly number[]; readonly words?: string };
export type Searched = {
  readonly index: unknown;
  /** Base64 by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly questions: readonly Question[];
};

/** The hits of every question, with scores and ranks. */
export function search({ index, files, questions }: Searched): unknown {
  const bytes = new Map(Object.entries(files).map(([name, text]) => [name, fromBase64(text) ?? new Uint8Array()]));
  const recall = openRecall(RecallIndex.parse(index), bytes);
  return questions.map(({ vector, words }) =>
    recall.search(
      {
        ...(vector === undefined ? {} : { vectors: new Map([["text", Float32Array.from(vector)]]) }),
        ...(words === undefined ? {} : { words }),
      },
      { k: 10 },
    ),
  );
}

Object.assign(globalThis, { run: search });
