// This file fits a picture to the size an encoder reads, in arithmetic whose order is fixed: the same numbers on every machine.
import { KolmError } from "@kolm/format";

/** A decoded picture: RGBA, 8 bits a channel, rows from the top. */
export type Pixels = { readonly width: number; readonly height: number; readonly data: ArrayLike<number> };

/** stretch: the whole picture, whatever its proportions; crop: the largest centred part of the wanted proportions. */
export type Fit = "crop" | "stretch";

/**
 * Red, green and blue planes of height × width numbers in 0 … 255, transparency laid over white. Sampled by a triangle as wide
 * as a target pixel (bilinear when enlarging, an average when reducing), as Pillow's bilinear resize does without its rounding.
 */
export function fitPixels(
  picture: Pixels,
  { size: [height, width], fit }: { readonly size: readonly [number, number]; readonly fit: Fit },
): Float64Array {
  const { width: wide, height: high, data } = picture;
  if (!(wide > 0 && high > 0) || data.length !== wide * high * 4)
    throw new KolmError("PICTURE_INVALID", `a picture of ${wide} × ${high} has ${data.length} bytes of RGBA`);
  const scale = Math.min(wide / width, high / height);
  const [across, down] = fit === "crop" ? [width * scale, height * scale] : [wide, high];
  const columns = tapsOf(wide, width, across);
  const rows = tapsOf(high, height, down);
  const planes = new Float64Array(3 * height * width);
  const narrow = new Float64Array(3 * high * width);
  for (let y = 0; y < high; y++)
    for (const [x, taps] of columns.entries())
      for (let channel = 0; channel < 3; channel++)
        narrow[(channel * high + y) * width + x] = sampleRow(data, y * wide, { taps, channel });
  for (const [y, { from, weights }] of rows.entries())
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const [at, weight] of weights.entries())
          sum += weight * (narrow[(channel * high + from + at) * width + x] ?? 0);
        planes[(channel * height + y) * width + x] = sum;
      }
  return planes;
}

type Taps = { readonly from: number; readonly weights: Float64Array };

/** For each target pixel the source pixels it is made of; `span` of the `source` pixels are used, centred. */
function tapsOf(source: number, target: number, span: number): Taps[] {
  const step = span / target;
  const reach = Math.max(1, step);
  const start = (source - span) / 2;
  return Array.from({ length: target }, (_, at) => {
    const centre = start + (at + 0.5) * step;
    const from = Math.max(0, Math.floor(centre - reach));
    const until = Math.min(source, Math.ceil(centre + reach));
    const raw = Array.from({ length: until - from }, (_, offset) =>
      Math.max(0, 1 - Math.abs(from + offset + 0.5 - centre) / reach),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { from, weights: Float64Array.from(raw, (weight) => weight / total) };
  });
}

function sampleRow(
  data: ArrayLike<number>,
  row: number,
  { taps, channel }: { readonly taps: Taps; readonly channel: number },
): number {
  let sum = 0;
  for (let at = 0; at < taps.weights.length; at++) {
    const pixel = (row + taps.from + at) * 4;
    const alpha = data[pixel + 3] ?? 255;
    const value = data[pixel + channel] ?? 0;
    const seen = alpha === 255 ? value : 255 + ((value - 255) * alpha) / 255;
    sum += (taps.weights[at] ?? 0) * seen;
  }
  return sum;
}
