// This file says which files of the corpus answer each example, for a task with a retrieval field.
import { type Contract, isSources, type Json, KolmError } from "@kolm/format";
import type { PlacedRow } from "./rows.ts";

/** {input, sources} for each row, sources null where the right answer is to abstain; none without a retrieval field. */
export function passagesOf(rows: readonly PlacedRow[], { output: fields }: Contract): Json[] {
  const names = Object.entries(fields).flatMap(([name, { type }]) => (type === "retrieval" ? [name] : []));
  if (names.length === 0) return [];
  return rows.map(({ input, output }) => {
    const sources = output === null ? null : names.flatMap((name) => sourcesOf(output[name]));
    return { input, sources: sources && [...new Set(sources)] };
  });
}

/** KolmError ROW_INVALID for a row that names a file which is not in the corpus. */
export function checkSources(rows: readonly PlacedRow[], file: string, corpus: ReadonlySet<string>): void {
  for (const { output, line } of rows) {
    for (const value of Object.values(output ?? {})) {
      const unknown = sourcesOf(value).find((source) => !corpus.has(source));
      if (unknown === undefined) continue;
      throw new KolmError("ROW_INVALID", `${unknown} is not in the corpus`, {
        hint: "Write the path of a file from the task folder, corpus folder included.",
        place: { file, line },
      });
    }
  }
}

const sourcesOf = (value: Parameters<typeof isSources>[0]): readonly string[] => (isSources(value) ? value : []);
