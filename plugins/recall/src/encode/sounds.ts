// This file turns sounds into unit vectors with an audio base.
import { canonicalJson } from "@kolm/format";
import { type AudioBaseFile, type AudioEncoder, createAudioEncoder } from "@kolm/runtime";
import type { Bench } from "./bench.ts";
import { keepVector, keyOf, knownVector } from "./remembered.ts";

export interface SoundBench {
  /** Remembered by the file's digest and the base's pins; samples at the base's rate are asked for only when it is not known. */
  listen(sha256: string, samples: (rate: number) => Promise<Float32Array>): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads the models for the first sound that the memo does not know. */
export function openSounds(base: AudioBaseFile, bench: Bench): SoundBench {
  const models = { model: base.model.sha256, frames: base.frames?.sha256 ?? null };
  const maker = canonicalJson({ kind: "kolm/listen/1", ...models, form: base.form });
  let opened: Promise<AudioEncoder> | undefined;
  const open = async (): Promise<AudioEncoder> => {
    const model = await bench.inputs.blob(base.model);
    const frames = base.frames && (await bench.inputs.blob(base.frames));
    return createAudioEncoder({ model, frames }, base.form, { createSession: bench.createSession });
  };
  return {
    listen: async (sha256, samples) => {
      const key = keyOf(maker, sha256);
      const known = await knownVector(bench.memo, key);
      if (known !== undefined) return known;
      opened ??= open();
      return keepVector(bench.memo, key, await (await opened).encode(await samples(base.form.rate)));
    },
    close: async () => (await opened)?.close(),
  };
}
