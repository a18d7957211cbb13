// This file makes a searchable index of the user's own files out of what is known of each.
import { utf8 } from "@kolm/format";
import type { RecallIndex, RecallSpace } from "../recall/index-file.ts";
import { packKeywords } from "../recall/keywords/keywords-file.ts";
import { openParts, type RecallParts } from "../recall/recall.ts";
import { packRows, packVectors } from "../recall/vectors/vectors-file.ts";
import type { Entry } from "./entry.ts";

/** In the order of the entries; settings, keywords and what queries its spaces take are those of the sealed index. */
export function ownParts(
  entries: readonly Entry[],
  sealed: RecallIndex,
  queriesOf: (space: string) => RecallSpace["queries"],
): RecallParts {
  const payloads = entries.flatMap((entry) => entry.payloads);
  const files = new Map([["payloads.jsonl", utf8(payloads.map((one) => `${JSON.stringify(one)}\n`).join(""))]]);
  const { keywords } = sealed;
  if (keywords)
    files.set(
      keywords.file,
      packKeywords(
        entries.flatMap(({ words }) => words),
        keywords.language,
      ),
    );
  const spaces = [...collect(entries)].map(([name, { rows, vectors }]): RecallSpace => {
    const places = {
      rows: { file: `${name}.rows.bin` },
      vectors: { file: `${name}.vectors.bin`, type: "f32" },
    } as const;
    files.set(places.rows.file, packRows(rows));
    files.set(places.vectors.file, packVectors(vectors, "f32"));
    const dims = vectors[0]?.length ?? 1;
    return { name, dims, count: rows.length, metric: "cosine", ...places, graph: null, queries: queriesOf(name) };
  });
  return openParts({ ...sealed, count: payloads.length, payloads: "payloads.jsonl", spaces }, files);
}

type Collected = { readonly rows: number[]; readonly vectors: Float32Array[] };

function collect(entries: readonly Entry[]): Map<string, Collected> {
  const spaces = new Map<string, Collected>();
  let start = 0;
  for (const entry of entries) {
    for (const { name, rows, vectors } of entry.spaces) {
      const space = spaces.get(name) ?? { rows: [], vectors: [] };
      spaces.set(name, space);
      for (const [at, vector] of vectors.entries()) {
        space.rows.push(start + (rows[at] ?? 0));
        space.vectors.push(vector);
      }
    }
    start += entry.payloads.length;
  }
  return spaces;
}
