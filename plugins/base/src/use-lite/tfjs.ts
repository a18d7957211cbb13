// This file reads the weights of a TensorFlow.js graph model: a manifest of names, types and shapes over concatenated shards.
import { KolmError } from "@kolm/format";
import { z } from "zod";

const Weight = z.looseObject({ name: z.string(), dtype: z.enum(["float32", "int32"]), shape: z.array(z.int().min(0)) });
const Model = z.looseObject({
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(Weight) })).length(1),
});

/** One float32 weight by its full TensorFlow name. */
export type Weight32 = { readonly dims: readonly number[]; readonly data: Float32Array };

/** The shard names of a model.json, in the order their bytes are joined. */
export function shardsOf(modelJson: unknown): readonly string[] {
  return Model.parse(modelJson).weightsManifest[0]?.paths ?? [];
}

/** Splits the joined shards into float32 weights; KolmError BASE_MALFORMED when sizes disagree with the manifest. */
export function readWeights(modelJson: unknown, shards: readonly Uint8Array[]): ReadonlyMap<string, Weight32> {
  const bytes = join(shards);
  const weights = new Map<string, Weight32>();
  let offset = 0;
  for (const { name, dtype, shape } of Model.parse(modelJson).weightsManifest[0]?.weights ?? []) {
    const size = 4 * shape.reduce((product, length) => product * length, 1);
    if (offset + size > bytes.length) throw malformed(`${name} ends at byte ${offset + size} of ${bytes.length}`);
    if (dtype === "float32") weights.set(name, { dims: shape, data: new Float32Array(bytes.buffer, offset, size / 4) });
    offset += size;
  }
  if (offset !== bytes.length) throw malformed(`the manifest covers ${offset} of ${bytes.length} bytes`);
  return weights;
}

function join(shards: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let offset = 0;
  for (const shard of shards) {
    joined.set(shard, offset);
    offset += shard.length;
  }
  return joined;
}

function malformed(detail: string): KolmError {
  return new KolmError("BASE_MALFORMED", `the weight shards do not fit model.json: ${detail}`, {
    hint: "Reinstall the package.",
  });
}
