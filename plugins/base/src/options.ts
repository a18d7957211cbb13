// This file defines bases.<name> of kolm.workspace.yaml: where pretrained weights come from and what their bytes must be.
import { z } from "zod";
import { AudioBase, filesOfAudio } from "./perception/audio-options.ts";
import { filesOfImage, ImageBase } from "./perception/image-options.ts";
import { digest, file, from, pathOf, value } from "./source.ts";
import { USE_LITE, USE_LITE_PINS } from "./use-lite/pins.ts";

/** The built-in encoder out of its npm data package; pins may be repeated here, never loosened. */
const PackageBase = z.strictObject({
  source: z
    .literal(USE_LITE.source)
    .describe("Universal Sentence Encoder Lite, English, 512 dimensions, up to 128 tokens."),
  sha256: z
    .record(z.string(), digest)
    .default(USE_LITE_PINS)
    .refine((pins) => Object.keys(USE_LITE_PINS).every((path) => path in pins), "every file of the package needs a pin")
    .describe("sha256 of each file of the package."),
});

/** A user's own encoder: fp32 ONNX and tokenizer.json. */
const FileBase = z.strictObject({
  modality: z.literal("text").optional(),
  source: file.describe("The encoder, an fp32 ONNX file."),
  tokenizer: file.describe("Its tokenizer.json in the Hugging Face form."),
  sha256: z.strictObject({ model: digest, tokenizer: digest }),
  names: z
    .strictObject({
      ids: value.default("input_ids"),
      mask: value.default("attention_mask"),
      types: value.optional().describe("The token type input, if the model has one; it is fed zeros."),
      tokens: value.default("last_hidden_state"),
      pooled: value
        .optional()
        .describe("An output with one unit vector a text; without it, the mean over tokens is used."),
    })
    .prefault({}),
  hidden: z.int().min(1).max(65_536).describe("Length of one token's vector."),
  maxTokens: z.int().min(2).max(65_536),
  licence: z.string().min(1).max(100).describe("SPDX identifier of the weights' licence."),
  from,
});

/** One base; the source says which kind. */
export const BaseOptions = z.union([PackageBase, FileBase, ImageBase, AudioBase]);
export type BaseOptions = z.infer<typeof BaseOptions>;
export type FileBase = z.infer<typeof FileBase>;
export type PackageBase = z.infer<typeof PackageBase>;

/** What a base reads; a student stands on text alone. */
export const modalityOf = (options: BaseOptions): "text" | "image" | "audio" =>
  ("modality" in options ? options.modality : undefined) ?? "text";

/** Files of the workspace that a base reads, as paths below its root; a package base reads none. */
export function filesOf(options: BaseOptions): string[] {
  if (!("licence" in options)) return [];
  if (options.modality === "image") return filesOfImage(options);
  if (options.modality === "audio") return filesOfAudio(options);
  return [pathOf(options.source), pathOf(options.tokenizer)];
}
