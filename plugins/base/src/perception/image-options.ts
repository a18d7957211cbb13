// This file defines bases.<name> of kolm.workspace.yaml for encoders of pictures.
import { z } from "zod";
import { digest, file, from, licence, pathOf, value } from "../source.ts";

const channels = z.tuple([z.number(), z.number(), z.number()]);
const side = z.int().min(1).max(4096);

/** The text half of a pair that was trained together, as in CLIP. */
const PairedText = z.strictObject({
  source: file.describe("The pair's text encoder, an fp32 ONNX file."),
  tokenizer: file.describe("Its tokenizer.json in the Hugging Face form."),
  names: z
    .strictObject({
      ids: value.default("input_ids"),
      mask: value.default("attention_mask"),
      output: value.default("text_embeds"),
    })
    .prefault({}),
  maxTokens: z.int().min(2).max(65_536).default(77),
});

/** An encoder of pictures: any fp32 ONNX from one image to one vector. */
export const ImageBase = z.strictObject({
  modality: z.literal("image"),
  source: file.describe("The encoder, an fp32 ONNX file that takes one image."),
  labels: file.optional().describe("Names of the classes that logits scores, one a line."),
  text: PairedText.optional().describe("The text encoder of the same space, where there is one."),
  sha256: z.strictObject({
    model: digest,
    labels: digest.optional(),
    text: digest.optional(),
    tokenizer: digest.optional(),
  }),
  input: value.default("pixel_values"),
  output: value.default("image_embeds").describe("The output that is the picture's vector."),
  logits: value.optional().describe("The output that scores the classes named by labels."),
  size: z.tuple([side, side]).describe("Height and width the encoder reads."),
  mean: channels.default([0.5, 0.5, 0.5]).describe("Channel values become (value / 255 - mean) / std."),
  std: channels.default([0.5, 0.5, 0.5]),
  layout: z.enum(["nchw", "nhwc"]).default("nchw"),
  fit: z.enum(["crop", "stretch"]).default("crop"),
  licence,
  from,
});
export type ImageBase = z.infer<typeof ImageBase>;

export function filesOfImage({ source, labels, text }: ImageBase): string[] {
  const named = [source, labels, text?.source, text?.tokenizer];
  return named.flatMap((one) => (one === undefined ? [] : [pathOf(one)]));
}
