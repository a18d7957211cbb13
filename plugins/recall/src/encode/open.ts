// This file opens the encoders a task's corpus needs.
import { KolmError } from "@kolm/format";
import { type AudioBaseFile, type BaseFile, createTokenizer, type ImageBaseFile, type ImageForm } from "@kolm/runtime";
import type { RecallOptions } from "../options.ts";
import type { Bench } from "./bench.ts";
import { openPictures } from "./pictures.ts";
import { openSounds } from "./sounds.ts";
import type { Encoders } from "./spaces.ts";

/** Loads no model yet. KolmError RECALL_BRIDGE when labels are wanted of an encoder that has none. */
export async function openEncoders(options: RecallOptions, bench: Bench): Promise<Encoders> {
  const { inputs } = bench;
  const base = await inputs.json<BaseFile>("base/base.json");
  const tokenizerJson: unknown = JSON.parse(new TextDecoder().decode(await inputs.blob(base.tokenizer)));
  const tokenizer = createTokenizer(tokenizerJson, { maxTokens: base.maxTokens });
  return {
    text: { base, tokenizer },
    ...(options.image ? { image: await imageOf(options.image, bench) } : {}),
    ...(options.audio ? { audio: await audioOf(bench) } : {}),
  };
}

type ImageOptions = NonNullable<RecallOptions["image"]>;

async function imageOf(options: ImageOptions, bench: Bench): Promise<NonNullable<Encoders["image"]>> {
  const { encoder, bridge } = options;
  const found = await bench.inputs.json<ImageBaseFile>("base-image/base.json");
  const base = { ...found, form: formOf(found.form, options) };
  const opened = { base, bench: openPictures(base, bench) };
  if (bridge === undefined) return opened;
  if (base.labels === undefined) {
    throw new KolmError("RECALL_BRIDGE", `recall.image.bridge is labels, but the base ${encoder} names no labels`, {
      hint: "Give the base logits and a labels file in kolm.workspace.yaml, or delete bridge.",
    });
  }
  const lines = new TextDecoder()
    .decode(await bench.inputs.blob(base.labels))
    .trimEnd()
    .split("\n");
  return { ...opened, labels: lines.map((line) => line.trim()) };
}

/** The base's form, and how the task wants pictures shown. */
function formOf(form: ImageForm, { views, roots }: ImageOptions): ImageForm {
  const shown = views?.map(({ share, mirrored, inverted }) => ({
    ...(share === undefined ? {} : { share: String(Number(share.toFixed(9))) }),
    ...(mirrored ? { mirrored } : {}),
    ...(inverted ? { inverted } : {}),
  }));
  return { ...form, ...(shown ? { views: shown } : {}), ...(roots ? { roots } : {}) };
}

async function audioOf(bench: Bench): Promise<NonNullable<Encoders["audio"]>> {
  const base = await bench.inputs.json<AudioBaseFile>("base-audio/base.json");
  return { base, bench: openSounds(base, bench) };
}

export async function closeEncoders({ image, audio }: Encoders): Promise<void> {
  await image?.bench.close();
  await audio?.bench.close();
}
