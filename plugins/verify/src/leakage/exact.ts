// This file finds evals that stand, after normalisation, among what the compile may have learnt from.
import { KolmError } from "@kolm/format";
import { normalise, type SpecRow } from "@kolm/stage";
import type { Source } from "./sources.ts";

/** An eval and the place where its text stands too. */
export type Leak = { readonly id: string; readonly input: string; readonly place: string };

/** From this many words on, an eval quoted inside a longer text is a leak as well. */
const QUOTED_WORDS = 8;
const SHOWN = 10;

/** One leak an eval, in eval order: equal to a source, or quoted inside one when it is long enough to be no chance. */
export function findLeaks(evals: readonly SpecRow[], sources: readonly Source[]): Leak[] {
  const places = new Map<string, string>();
  for (const { key, place } of sources) if (!places.has(key)) places.set(key, place);
  return evals.flatMap(({ id, input }) => {
    const key = normalise(input);
    const place = places.get(key) ?? quotedIn(key, sources);
    return place === undefined ? [] : [{ id, input, place }];
  });
}

/** Throws KolmError LEAKAGE that names each leaked eval and where it stands. */
export function refuseLeaks(leaks: readonly Leak[]): void {
  if (leaks.length === 0) return;
  const lines = leaks.slice(0, SHOWN).map(({ id, input, place }) => `  eval ${id} ${quote(input)} stands in ${place}`);
  const more = leaks.length > SHOWN ? `\n  and ${leaks.length - SHOWN} more` : "";
  const count = leaks.length === 1 ? "1 eval is" : `${leaks.length} evals are`;
  throw new KolmError("LEAKAGE", `${count} not held out:\n${lines.join("\n")}${more}`, {
    hint: "Delete or replace these rows in the evals or where they stand; a score on rows the artifact has seen means nothing.",
  });
}

function quotedIn(key: string, sources: readonly Source[]): string | undefined {
  if (key.split(" ").length < QUOTED_WORDS) return undefined;
  return sources.find((source) => source.key.length > key.length && ` ${source.key} `.includes(` ${key} `))?.place;
}

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
