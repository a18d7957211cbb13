// This file changes the rate of samples by a windowed sinc (Smith, "Digital Audio Resampling", CCRMA), in sums and products only.
import { KolmError } from "@kolm/format";
import type { Sound } from "../read/document.ts";

/** Zero crossings of the sinc on each side, and entries of the table between two. */
const CROSSINGS = 24;
const STEPS = 512;
const PI = 3.141592653589793;

/** The kernel passes nine tenths of what the lower rate can hold, so that little folds back. */
const PASSED = 0.9;
const MOST_SAMPLES = 1 << 28;

/** Mono samples at another rate in Hz, the same bits on every machine; KolmError CORPUS_TOO_LARGE above 2²⁸ samples. */
export function resample(
  { samples, sampleRate, path }: Pick<Sound, "samples" | "sampleRate" | "path">,
  to: number,
): Float32Array {
  if (to === sampleRate) return samples;
  const length = Math.ceil((samples.length * to) / sampleRate);
  if (!(length <= MOST_SAMPLES)) {
    throw new KolmError(
      "CORPUS_TOO_LARGE",
      `${path} would have ${length} samples at ${to} Hz, at most ${MOST_SAMPLES}`,
      {
        hint: "Cut the sound, or choose a lower rate.",
        place: { file: path },
      },
    );
  }
  const scale = Math.min(1, to / sampleRate) * PASSED;
  const table = kernel();
  const reach = CROSSINGS / scale;
  const result = new Float32Array(length);
  for (let at = 0; at < length; at++) {
    // Whole and part apart, so that the place stays exact in long sounds.
    const middle = Math.floor((at * sampleRate) / to);
    const part = (at * sampleRate - middle * to) / to;
    let [sum, weights] = [0, 0];
    const last = Math.floor(part + reach);
    for (let step = Math.ceil(part - reach); step <= last; step++) {
      const weight = lookUp(table, Math.abs(step - part) * scale);
      weights += weight;
      sum += weight * (samples[middle + step] ?? 0);
    }
    result[at] = sum / weights;
  }
  return result;
}

function lookUp(table: Float64Array, x: number): number {
  const place = x * STEPS;
  const low = Math.floor(place);
  const [left = 0, right = 0] = [table[low], table[low + 1]];
  return left + (right - left) * (place - low);
}

// sinc(x) under a Blackman window, x in zero crossings.
function kernel(): Float64Array {
  const table = new Float64Array(CROSSINGS * STEPS + 2);
  for (let at = 0; at <= CROSSINGS * STEPS; at++) {
    const x = at / STEPS;
    const u = x / CROSSINGS;
    const window = 0.42 + 0.5 * cosine(u) + 0.08 * cosine(2 * u);
    table[at] = at === 0 ? 1 : (sine(x) / (PI * x)) * window;
  }
  return table;
}

function cosine(x: number): number {
  return sine(x + 0.5);
}

/** sin(πx) by its series; Math.sin's last bit differs between engines. */
function sine(x: number): number {
  const turns = Math.round(x);
  const angle = (x - turns) * PI;
  let term = angle;
  let sum = angle;
  for (let at = 1; at <= 11; at++) {
    term = (-term * angle * angle) / (2 * at * (2 * at + 1));
    sum += term;
  }
  return turns % 2 === 0 ? sum : -sum;
}
