// This file turns pictures into vectors: by likeness, and by what the encoder's classes are called.
import { canonicalJson } from "@kolm/format";
import { createImageEncoder, type ImageBaseFile, type ImageEncoder, type Pixels } from "@kolm/runtime";
import type { Bench } from "./bench.ts";
import { keepVector, keyOf, knownVector } from "./remembered.ts";

/** The picture's unit vector, and its classes' probabilities where the base has labels. */
export type Look = { readonly vector: Float32Array; readonly classes?: Float32Array };

export interface PictureBench {
  /** Remembered by the file's digest and the base's pins; pixels are asked for only when it is not known. */
  look(sha256: string, pixels: () => Promise<Pixels>): Promise<Look>;
  close(): Promise<void>;
}

/** Loads the model for the first picture that the memo does not know. */
export function openPictures(base: ImageBaseFile, bench: Bench): PictureBench {
  const maker = canonicalJson({ kind: "kolm/look/1", model: base.model.sha256, form: base.form });
  const hasClasses = base.form.logits !== undefined;
  let opened: Promise<ImageEncoder> | undefined;
  return {
    look: async (sha256, pixels) => {
      const keys = [keyOf(maker, `${sha256} vector`), keyOf(maker, `${sha256} classes`)] as const;
      const known = await knownVector(bench.memo, keys[0]);
      const knownClasses = hasClasses ? await knownVector(bench.memo, keys[1]) : undefined;
      if (known !== undefined && (!hasClasses || knownClasses !== undefined)) return lookOf(known, knownClasses);
      opened ??= bench.inputs
        .blob(base.model)
        .then((model) => createImageEncoder(model, base.form, { createSession: bench.createSession }));
      const { vector, classes } = await (await opened).encode(await pixels());
      const kept = await keepVector(bench.memo, keys[0], vector);
      return lookOf(kept, classes && (await keepVector(bench.memo, keys[1], Float32Array.from(classes))));
    },
    close: async () => (await opened)?.close(),
  };
}

const lookOf = (vector: Float32Array, classes: Float32Array | undefined): Look => ({
  vector,
  ...(classes === undefined ? {} : { classes }),
});
