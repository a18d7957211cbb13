// This file turns sounds into unit vectors: windows of samples, optionally through a model of frames (log-mel), averaged.
import { assert } from "@kolm/format";
import { boundedModel, type CreateSession, type Session } from "@kolm/onnx";
import { z } from "zod";
import { unitOf } from "./unit.ts";

const name = z.string().min(1).max(200);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, "a decimal number");
const dims = z.array(z.int().min(1).max(1_000_000)).min(1).max(5);
const samples = z.int().min(1).max(10_000_000);

/** How an audio encoder reads a sound. */
export const AudioForm = z.strictObject({
  /** Samples a second that the model expects, of one channel in −1 … 1. */
  rate: z.int().min(1000).max(192_000),
  /** Samples of one window, and from one window's beginning to the next one's. */
  window: samples,
  hop: samples,
  /** Multiplies samples before they are fed, for models that read 16-bit values. */
  gain: decimal.default("1"),
  /** A first model from samples [1, window] to frames; value × scale + offset goes on. */
  frames: z
    .strictObject({ input: name, output: name, scale: decimal.default("1"), offset: decimal.default("0") })
    .optional(),
  input: name,
  /** The shape the embedding model is fed one window as. */
  dims,
  output: name,
});
export type AudioForm = z.infer<typeof AudioForm>;

/** The models of an audio encoder; frames where the form has them. */
export type AudioModels = { readonly model: Uint8Array; readonly frames?: Uint8Array | undefined };

export interface AudioEncoder {
  /** Samples at the form's rate, one channel. */
  encode(samples: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Opens the models; a sound's vector is the mean of its windows' outputs, at length 1. */
export async function createAudioEncoder(
  { model, frames }: AudioModels,
  form: AudioForm,
  { createSession, threads = 1 }: { readonly createSession: CreateSession; readonly threads?: number },
): Promise<AudioEncoder> {
  // Both are read before either is opened, so that nothing stays open when the second is refused.
  const [first, second] = [boundedModel(model), frames && boundedModel(frames)];
  const embedding = await createSession(first, { threads });
  const framing = second && (await createSession(second, { threads }));
  return {
    encode: async (sound) => {
      const windows = windowsOf(sound, form);
      let sum = new Float64Array(0);
      for (const window of windows) {
        const read = framing === undefined || form.frames === undefined ? window : await framed(window, framing, form);
        const vector = await feed(embedding, read, form);
        if (sum.length === 0) sum = new Float64Array(vector.length);
        for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + value;
      }
      return unitOf(sum);
    },
    close: async () => {
      await embedding.close();
      await framing?.close();
    },
  };
}

/** Windows from the beginning on; what a last one lacks is silence, and a rest shorter than half a window is left out. */
export function windowsOf(
  sound: Float32Array,
  { window, hop, gain }: Pick<AudioForm, "window" | "hop" | "gain">,
): Float32Array[] {
  const windows: Float32Array[] = [];
  for (let from = 0; from === 0 || sound.length - from >= window / 2; from += hop) {
    const cut = new Float32Array(window);
    cut.set(sound.subarray(from, from + window));
    windows.push(cut.map((value) => value * Number(gain)));
  }
  return windows;
}

async function framed(window: Float32Array, session: Session, { frames }: AudioForm): Promise<Float32Array> {
  assert(frames !== undefined, "the form has frames");
  const fed = { type: "float32", dims: [1, window.length], data: window } as const;
  const value = (await session.run({ [frames.input]: fed }))[frames.output];
  assert(value?.type === "float32", `${frames.output} is float32`);
  const [scale, offset] = [Number(frames.scale), Number(frames.offset)];
  return value.data.map((one) => one * scale + offset);
}

async function feed(session: Session, data: Float32Array, form: AudioForm): Promise<Float32Array> {
  const wanted = form.dims.reduce((product, dim) => product * dim, 1);
  assert(data.length >= wanted, `a window gives ${data.length} numbers, the model reads ${wanted}`);
  const fed = { type: "float32", dims: form.dims, data: data.subarray(0, wanted) } as const;
  const value = (await session.run({ [form.input]: fed }))[form.output];
  assert(value?.type === "float32", `${form.output} is float32`);
  return value.data;
}
