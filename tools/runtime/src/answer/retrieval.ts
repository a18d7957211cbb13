// This file answers the retrieval fields of a contract from what recall found.
import type { Contract } from "@kolm/format";
import type { Hit } from "../recall/recall.ts";
import type { FieldAnswer } from "./answer.ts";

/** What recall gives for an input; isNear false: nothing of the corpus answers it. */
export type Passages = {
  readonly hits: readonly Hit[];
  readonly probes: number;
  readonly macs: number;
  readonly isNear?: boolean;
};

/** Hits asked for each file wanted, since several passages of one file may be found. */
const DEPTH = 4;

/** How many hits the retrieval fields need; undefined where there are none. */
export function hitsNeeded({ output }: Contract): number | undefined {
  const wanted = Object.values(output).flatMap((field) => (field.type === "retrieval" ? [field.k] : []));
  return wanted.length === 0 ? undefined : DEPTH * Math.max(...wanted);
}

/** Puts the files found, best first, into every retrieval field that is open; nothing where none is near. */
export function retrieve(fields: Map<string, FieldAnswer>, { output }: Contract, passages: Passages | undefined): void {
  const [first] = passages?.hits ?? [];
  if (passages === undefined || first === undefined || passages.isNear === false) return;
  const sources = [...new Set(passages.hits.map(({ source }) => source))];
  for (const [name, field] of Object.entries(output)) {
    if (field.type !== "retrieval" || fields.has(name)) continue;
    fields.set(name, { value: sources.slice(0, field.k), confidence: closeness(first), path: "recall" });
  }
}

/** The highest cosine of the hit, 0 where only words found it. */
function closeness({ ranks }: Hit): number {
  const cosines = Object.entries(ranks).flatMap(([name, { score }]) => (name === "keywords" ? [] : [score]));
  return Math.min(1, Math.max(0, ...cosines));
}
