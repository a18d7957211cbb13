// This file trains the base on SciFact's training claims and on the titles of its abstracts, and remembers the adapter.
import { createHash } from "node:crypto";
import { readSafetensors, writeSafetensors } from "@kolm/onnx";
import { type Material, mergedEncoder, type TrainedEncoder, trainEncoder, TRAINING } from "@kolm/recall";
import { createSession } from "@kolm/runtime/node";
import { createRng, stableJson } from "@kolm/stage";
import { type Base, CACHE, cached, type Embedder, embedderOf, openBase } from "./embedder.ts";
import { type Abstract, type Claim, passagesOf } from "./scifact-data.ts";

type Adapter = NonNullable<TrainedEncoder["adapter"]>;

/** What is remembered of a training beside the adapter's numbers. */
type Facts = Omit<TrainedEncoder, "adapter"> & { readonly spec: Adapter["spec"] | null };

export type Tuned = { readonly embedder: Embedder; readonly facts: Facts };

const THREADS = 2;

/** The encoder tuned on training claims alone; the base itself where that is better for those it was not trained on. */
export async function tunedEmbedder(
  abstracts: readonly Abstract[],
  claims: readonly Claim[],
  words: number,
): Promise<Tuned> {
  const base = await openBase();
  const key = createHash("sha256").update(stableJson({ base: embedderOf(base, base.model).id, TRAINING, words }));
  const digest = key.digest("hex");
  let adapter: Adapter | undefined;
  const bytes = await cached(`${digest}.json`, async () => {
    const { adapter: trained, ...rest } = await train(base, materialOf(abstracts, claims, words));
    adapter = trained;
    await cached(`${digest}.safetensors`, async () => writeSafetensors(trained?.weights ?? new Map()));
    return new TextEncoder().encode(stableJson({ ...rest, spec: trained?.spec ?? null }));
  });
  const facts = JSON.parse(new TextDecoder().decode(bytes)) as Facts; // as written above
  if (facts.spec === null) return { embedder: embedderOf(base, base.model), facts };
  const lost = (): Promise<never> => Promise.reject(new Error(`${CACHE} holds half a training: delete it`));
  const weights = adapter?.weights ?? readSafetensors(await cached(`${digest}.safetensors`, lost)).weights;
  return { embedder: embedderOf(base, mergedEncoder(base.graph, { spec: facts.spec, weights })), facts };
}

function materialOf(abstracts: readonly Abstract[], claims: readonly Claim[], words: number): Material {
  const { texts, rows } = passagesOf(abstracts, words);
  const passages = texts.map((text, at) => ({ source: abstracts[rows[at] ?? 0]?.id ?? "", text }));
  const titleOf = new Map(abstracts.map(({ id, title }) => [id, title]));
  return {
    passages,
    queries: claims.map(({ input, output }) => ({ input, sources: Object.keys(output) })),
    titles: passages.flatMap(({ source, text }) => {
      const title = titleOf.get(source) ?? "";
      return title === "" || text === title ? [] : [{ title, text, source }];
    }),
  };
}

function train(base: Base, material: Material): Promise<TrainedEncoder> {
  return trainEncoder(material, base, {
    ports: {
      createSession,
      threads: THREADS,
      rng: createRng("scifact"),
      report: ({ message, done, total }) => {
        process.stderr.write(`  ${message}${total === undefined ? "" : ` ${done}/${total}`}\n`);
      },
      signal: new AbortController().signal,
    },
  });
}
