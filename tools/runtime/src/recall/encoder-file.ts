// This file defines how index.json says which encoder embeds a query of a modality.
import { z } from "zod";
import { AudioForm } from "../encoder/audio-encoder.ts";
import { ImageForm } from "../encoder/image-encoder.ts";

const name = z.string().min(1).max(128);
/** A layer of the artifact. */
const layer = z.string().regex(/^layers\/[A-Za-z0-9._/-]{1,200}$/);

/** Low-rank adapters that are merged into the model when it is opened: their numbers as PEFT names them, and the weights they are of. */
const Adapter = z.strictObject({
  weights: layer,
  rank: z.int().min(1).max(4096),
  alpha: z.int().min(1).max(1_000_000),
  targets: z.array(name).min(1).max(4096),
});

/** A text encoder: token ids and mask in, one unit vector a text out. */
export const TextEncoderFile = z.strictObject({
  modality: z.literal("text"),
  model: layer,
  tokenizer: layer,
  names: z.strictObject({ ids: name, mask: name, pooled: name, tokens: name }),
  maxTokens: z.int().min(2).max(1_000_000),
  /** Of an encoder tuned for this corpus. */
  adapter: Adapter.optional(),
});
export type TextEncoderFile = z.infer<typeof TextEncoderFile>;

/** An image encoder; the form says how a picture is fed. */
export const ImageEncoderFile = z.strictObject({ modality: z.literal("image"), model: layer, form: ImageForm });
export type ImageEncoderFile = z.infer<typeof ImageEncoderFile>;

/** An audio encoder; `frames` is the model that makes its frames of samples, where the form has them. */
export const AudioEncoderFile = z.strictObject({
  modality: z.literal("audio"),
  model: layer,
  frames: layer.optional(),
  form: AudioForm,
});
export type AudioEncoderFile = z.infer<typeof AudioEncoderFile>;

export const RecallEncoder = z.discriminatedUnion("modality", [TextEncoderFile, ImageEncoderFile, AudioEncoderFile]);
export type RecallEncoder = z.infer<typeof RecallEncoder>;
