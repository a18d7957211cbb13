// This file shows a picture in other ways before it is encoded: smaller in a frame of its own ground, mirrored, as a negative.
import { z } from "zod";
import type { Pixels } from "./pixels.ts";

/** share: how much of width and height the picture takes, centred, e.g. "0.75"; the rest is its ground. */
export const ImageView = z.strictObject({
  share: z
    .string()
    .regex(/^0\.\d{1,9}$/, "a decimal number below 1")
    .refine((text) => Number(text) >= 0.1, "a share of at least 0.1")
    .optional(),
  mirrored: z.boolean().optional(),
  inverted: z.boolean().optional(),
});
export type ImageView = z.infer<typeof ImageView>;

/** The picture as the view shows it; transparency stays. */
export function viewOf(picture: Pixels, { share, mirrored = false, inverted = false }: ImageView): Pixels {
  const { width, height, data } = picture;
  if (share === undefined && !mirrored && !inverted) return picture;
  const [wide, high] = [Math.round(width / Number(share ?? 1)), Math.round(height / Number(share ?? 1))];
  const [left, top] = [(wide - width) >> 1, (high - height) >> 1];
  const ground = share === undefined ? [] : groundOf(picture);
  const pixels = new Uint8Array(wide * high * 4);
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const across = mirrored ? width - 1 - (x - left) : x - left;
      const down = y - top;
      const isInside = across >= 0 && across < width && down >= 0 && down < height;
      for (let channel = 0; channel < 4; channel++) {
        const value = (isInside ? data[(down * width + across) * 4 + channel] : ground[channel]) ?? 0;
        pixels[(y * wide + x) * 4 + channel] = inverted && channel < 3 ? 255 - value : value;
      }
    }
  return { width: wide, height: high, data: pixels };
}

/** Each channel's median over the pixels of the edge; of an even number the lower one. */
function groundOf({ width, height, data }: Pixels): number[] {
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) edge.push(y * width, y * width + width - 1);
  return [0, 1, 2, 3].map((channel) => {
    const values = edge.map((pixel) => data[pixel * 4 + channel] ?? 0).sort((a, b) => a - b);
    return values[(values.length - 1) >> 1] ?? 0;
  });
}
