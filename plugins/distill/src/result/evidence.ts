// This file makes the evidence layer: where each example stands in the space of the student that ships.
import { createHash } from "node:crypto";
import { assert, compareCodeUnits } from "@kolm/format";
import { type CreateSession, encodeModel, mergeStudent, type Weights } from "@kolm/onnx";
import { EvidenceFile, packVectors, unitOf } from "@kolm/runtime";
import type { Material } from "../material.ts";
import type { StudentOptions } from "../options.ts";
import type { Lesson } from "../rows/lesson.ts";

export type Evidence = { readonly file: EvidenceFile; readonly vectors: Uint8Array };

type Finished = {
  readonly weights: Weights;
  /** The serialised student where its weights are not float32. */
  readonly student: Uint8Array | undefined;
  readonly createSession: CreateSession;
  readonly signal: AbortSignal;
};

/** At 512 numbers these take two megabytes; of more examples those with the lowest digests of their ids are kept. */
const MOST = 4096;

/** One vector an example, each alone, as a device asks. */
export async function evidenceOf(
  material: Material,
  ship: Exclude<StudentOptions["evidence"], "none">,
  { weights, student, createSession, signal }: Finished,
): Promise<Evidence> {
  const { graph, spec } = material;
  const lessons = sampleOf(material.lessons);
  const session = await createSession(student ?? encodeModel(mergeStudent(graph, spec, weights)), { threads: 1 });
  const { ids, mask } = spec.encoder;
  const vectors: Float32Array[] = [];
  try {
    for (const lesson of lessons) {
      signal.throwIfAborted();
      const dims = [1, lesson.ids.length];
      const { pooled } = await session.run({
        [ids]: { type: "int64", dims, data: BigInt64Array.from(lesson.ids, BigInt) },
        [mask]: { type: "int64", dims, data: new BigInt64Array(lesson.ids.length).fill(1n) },
      });
      assert(pooled?.type === "float32", "a student's graph gives its pooled vector");
      vectors.push(unitOf(pooled.data));
    }
  } finally {
    await session.close();
  }
  const listed = new Set(material.heads.flatMap(({ kind, field }) => (LISTED.has(kind) ? [field] : [])));
  const rows = lessons.map(({ id, input, output }) => ({
    id,
    output: ship === "full" || output === null ? output : picked(output, listed),
    ...(ship === "full" ? { text: input } : {}),
  }));
  const file = EvidenceFile.parse({ version: 1, ship, dims: vectors[0]?.length ?? 1, rows });
  return { file, vectors: packVectors(vectors, "int8") };
}

/** Kinds of heads whose values the contract lists; the others quote the example. */
const LISTED: ReadonlySet<string> = new Set(["enum", "boolean"]);

function picked(output: NonNullable<Lesson["output"]>, fields: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(output).filter(([field]) => fields.has(field)));
}

function sampleOf(lessons: readonly Lesson[]): readonly Lesson[] {
  if (lessons.length <= MOST) return lessons;
  const digest = (id: string): string => createHash("sha256").update(id).digest("hex");
  const kept = lessons
    .map(({ id }) => ({ id, digest: digest(id) }))
    .sort((a, b) => compareCodeUnits(a.digest, b.digest))
    .slice(0, MOST);
  const ids = new Set(kept.map(({ id }) => id));
  return lessons.filter(({ id }) => ids.has(id));
}
