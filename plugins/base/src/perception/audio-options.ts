// This file defines bases.<name> of kolm.workspace.yaml for encoders of sounds.
import { z } from "zod";
import { digest, file, from, licence, pathOf, value } from "../source.ts";

/** An encoder of sounds: an fp32 ONNX over samples, or over the frames that a second ONNX makes of them. */
export const AudioBase = z.strictObject({
  modality: z.literal("audio"),
  source: file.describe("The encoder, an fp32 ONNX file from one window to one vector."),
  sha256: z.strictObject({ model: digest, frames: digest.optional() }),
  rate: z.int().min(1000).max(192_000).default(16_000).describe("Samples a second."),
  window: z.int().min(1).max(10_000_000).describe("Samples of one window."),
  hop: z.int().min(1).max(10_000_000).describe("Samples from one window's beginning to the next one's."),
  gain: z.number().default(1).describe("Multiplies samples of -1 to 1; 32768 for models that read 16-bit values."),
  frames: z
    .strictObject({
      source: file.describe("An fp32 ONNX from samples [1, window] to frames, a log-mel spectrogram for example."),
      input: value.default("input"),
      output: value.default("output"),
      scale: z.number().default(1).describe("Frames become value * scale + offset."),
      offset: z.number().default(0),
    })
    .optional(),
  input: value.default("input"),
  dims: z.array(z.int().min(1)).min(1).max(5).describe("Shape of what the encoder is fed, its batch of 1 included."),
  output: value.default("output"),
  licence,
  from,
});
export type AudioBase = z.infer<typeof AudioBase>;

export function filesOfAudio({ source, frames }: AudioBase): string[] {
  return [pathOf(source), ...(frames === undefined ? [] : [pathOf(frames.source)])];
}
