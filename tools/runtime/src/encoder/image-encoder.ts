// This file turns pictures into unit vectors, and where the model names classes into how probable each is.
import { assert } from "@kolm/format";
import { boundedModel, type CreateSession, type Values } from "@kolm/onnx";
import { softmax } from "../student/softmax.ts";
import { z } from "zod";
import { fitPixels, type Pixels } from "./pixels.ts";
import { unitOf } from "./unit.ts";
import { ImageView, viewOf } from "./views.ts";

const name = z.string().min(1).max(200);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, "a decimal number");
const side = z.int().min(1).max(4096);

/** How an image encoder reads a picture: channel values become (value / 255 − mean) / std. */
export const ImageForm = z.strictObject({
  input: name,
  /** The output that is the picture's vector: float32 [1, dims]. */
  output: name,
  /** The output that scores classes, one a line of the labels. */
  logits: name.optional(),
  /** Height and width. */
  size: z.tuple([side, side]),
  mean: z.tuple([decimal, decimal, decimal]),
  std: z.tuple([decimal, decimal, decimal]),
  layout: z.enum(["nchw", "nhwc"]),
  fit: z.enum(["crop", "stretch"]),
  /** Ways the picture is shown, whose unit vectors and probabilities are averaged; absent: as it is. */
  views: z.array(ImageView).min(1).max(16).optional(),
  /** Each number gives way to its square root, signs kept: single strong features then count less (Perronnin et al. 2010). */
  roots: z.boolean().optional(),
});
export type ImageForm = z.infer<typeof ImageForm>;

/** What an encoder sees in a picture: a unit vector, and the classes' probabilities where the form names logits. */
export type Seen = { readonly vector: Float32Array; readonly classes?: Float64Array };

export interface ImageEncoder {
  encode(picture: Pixels): Promise<Seen>;
  close(): Promise<void>;
}

/** Opens a session over the model; pictures go through one at a time, so that none depends on its neighbours. */
export async function createImageEncoder(
  model: Uint8Array,
  form: ImageForm,
  { createSession, threads = 1 }: { readonly createSession: CreateSession; readonly threads?: number },
): Promise<ImageEncoder> {
  const session = await createSession(boundedModel(model), { threads });
  const see = async (picture: Pixels): Promise<Seen> => {
    const [height, width] = form.size;
    const dims = form.layout === "nchw" ? [1, 3, height, width] : [1, height, width, 3];
    const data = imageTensor(picture, form);
    const values = await session.run({ [form.input]: { type: "float32", dims, data } });
    const numbers = floats(values, form.output);
    const vector = unitOf(form.roots ? numbers.map(rootOf) : numbers);
    return form.logits === undefined ? { vector } : { vector, classes: softmax(floats(values, form.logits), 1) };
  };
  return {
    encode: async (picture) => {
      const seen: Seen[] = [];
      for (const view of form.views ?? [{}]) seen.push(await see(viewOf(picture, view)));
      return together(seen);
    },
    close: () => session.close(),
  };
}

/** Unlike Math.pow, Math.sqrt gives the same bits everywhere. */
const rootOf = (value: number): number => Math.sign(value) * Math.sqrt(Math.abs(value));

function together(seen: readonly Seen[]): Seen {
  const [only] = seen;
  if (only !== undefined && seen.length === 1) return only;
  const vector = unitOf(meanOf(seen.map((one) => one.vector)));
  return only?.classes === undefined
    ? { vector }
    : { vector, classes: meanOf(seen.map(({ classes = [] }) => classes)) };
}

function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (row[at] ?? 0);
  return sum.map((value) => value / rows.length);
}

/** The numbers the model is fed. */
export function imageTensor(
  picture: Pixels,
  form: Pick<ImageForm, "size" | "mean" | "std" | "layout" | "fit">,
): Float32Array {
  const planes = fitPixels(picture, form);
  const area = form.size[0] * form.size[1];
  const tensor = new Float32Array(planes.length);
  for (let channel = 0; channel < 3; channel++) {
    const [mean, std] = [Number(form.mean[channel]), Number(form.std[channel])];
    for (let at = 0; at < area; at++) {
      const value = ((planes[channel * area + at] ?? 0) / 255 - mean) / std;
      tensor[form.layout === "nchw" ? channel * area + at : at * 3 + channel] = value;
    }
  }
  return tensor;
}

function floats(values: Values, output: string): Float32Array {
  const value = values[output];
  assert(value?.type === "float32", `${output} is float32`);
  return value.data;
}
