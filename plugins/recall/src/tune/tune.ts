// This file chooses, on examples that name their passage, how rankings are weighed and how near an answer must be.
import { openRecall, type RecallFiles, type RecallIndex, scaledScores } from "@kolm/runtime";
import { nearestAllowed } from "./near.ts";
import { bestWeights } from "./weights.ts";

/** An example of a retrieval field: the files that answer it, null where none does. */
export type Wanted = { readonly input: string; readonly sources: readonly string[] | null };

/** A file found for an example: its ranks, and its scores by ranking; cosines are those of the spaces. */
export type Candidate = {
  readonly source: string;
  readonly places: ReadonlyMap<string, Place>;
};

/** share: the score as fusing by scores sees it. */
export type Place = { readonly rank: number; readonly score: number; readonly share: number };

/** Rows of each ranking that are looked at: as many as a search for a few hits joins. */
const DEPTH = 100;

export type Tuning = {
  readonly files: RecallFiles;
  readonly wanted: readonly Wanted[];
  /** One vector an example, for each space that takes text through the base. */
  readonly vectors: readonly Float32Array[];
  readonly auto: boolean;
};

/** The index with what was chosen; as it was without examples. */
export function tune(index: RecallIndex, { files, wanted, vectors, auto }: Tuning): RecallIndex {
  if (wanted.length === 0) return index;
  const found = search(index, { files, wanted, vectors });
  const rows = wanted.map((row, at) => ({ ...row, candidates: found[at] ?? [] }));
  const { by, weights } = auto
    ? bestWeights(rows, index)
    : { weights: new Map(Object.entries(index.fuse.weights).map(([name, text]) => [name, Number(text)])) };
  const { constant } = index.fuse;
  const near = nearestAllowed(rows, { by, constant, weights });
  const texts = Object.fromEntries([...weights].map(([name, weight]) => [name, String(weight)]));
  const fuse = { ...(by === undefined ? {} : { by }), constant, weights: texts };
  return { ...index, fuse, ...(near === undefined ? {} : { near }) };
}

/** Every ranking's best for each example, gathered by passage. */
function search(index: RecallIndex, { files, wanted, vectors }: Omit<Tuning, "auto">): Candidate[][] {
  const recall = openRecall(index, files);
  const spaces = index.spaces.filter(({ queries }) => queries.text === "text").map(({ name }) => name);
  const rankings = [...spaces, ...(index.keywords ? ["keywords"] : [])];
  return wanted.map(({ input }, at) => {
    const vector = vectors[at] ?? new Float32Array();
    const query = { vectors: new Map(spaces.map((name) => [name, vector])), words: input };
    const byId = new Map<string, { source: string; places: Map<string, Place> }>();
    for (const name of rankings) {
      const { hits } = recall.search(query, { k: DEPTH, spaces: [name], diversity: null });
      const shares = scaledScores(hits.map(({ score }) => score));
      for (const [at, { id, source, score }] of hits.entries()) {
        const candidate = byId.get(id) ?? { source, places: new Map<string, Place>() };
        candidate.places.set(name, { rank: at + 1, score, share: shares[at] ?? 0 });
        byId.set(id, candidate);
      }
    }
    return [...byId.values()];
  });
}
