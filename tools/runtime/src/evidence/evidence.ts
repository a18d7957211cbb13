// This file finds the training examples that stand nearest to an input in the student's own space.
import { type LayerReader, LAYER, parseLayer, requireLayer } from "../layer.ts";
import { unitOf } from "../encoder/unit.ts";
import { bestOf } from "../recall/ranking.ts";
import { readNumbers } from "../recall/vectors/numbers.ts";
import { createScorer } from "../recall/vectors/scorer.ts";
import { EvidenceFile } from "./evidence-file.ts";

/** An example and how near it is: similarity is the cosine; its text only where the task lets examples ship. */
export type Because = EvidenceFile["rows"][number] & { readonly similarity: number };

export interface Evidence {
  /** The k nearest, nearest first; of equals the earlier example. */
  nearest(vector: Float32Array, k: number): Because[];
}

/** undefined for an artifact without evidence; KolmError LAYER_MISSING, LAYER_MALFORMED or RECALL_MALFORMED. */
export async function openEvidence(layer: LayerReader): Promise<Evidence | undefined> {
  const bytes = await layer(LAYER.evidence);
  if (bytes === undefined) return undefined;
  const { dims, rows } = parseLayer(bytes, LAYER.evidence, EvidenceFile);
  const vectors = await requireLayer(layer, LAYER.evidenceVectors);
  const numbers = readNumbers(vectors, { file: LAYER.evidenceVectors, type: "int8", count: rows.length, dims });
  const score = createScorer(numbers, dims);
  const all = rows.map((_, row) => row);
  return {
    nearest: (vector, k) => {
      const scores = score(unitOf(vector), all);
      const best = bestOf(
        all.map((row) => ({ row, score: scores[row] ?? 0 })),
        k,
      );
      return best.flatMap(({ row, score: similarity }) => {
        const example = rows[row];
        return example === undefined ? [] : [{ ...example, similarity }];
      });
    },
  };
}
