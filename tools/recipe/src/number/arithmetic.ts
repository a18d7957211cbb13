// This file computes with decimals by constants: exactly, on canonical text (SPEC.md §8.11).
import { decimalOf, plus, type Ratio, ratio, ratioOf, tenTo, times } from "../parse/ratio.ts";

/** Constants of `scale`, canonical decimals. */
export type Scaling = {
  readonly times?: string | undefined;
  readonly over?: string | undefined;
  readonly plus?: string | undefined;
};
export type Way = "near" | "down" | "up";

/** A canonical decimal times, over, plus constants; undefined where the text is no decimal or the value too long. */
export function scaleDecimal(text: string, by: Scaling): string | undefined {
  const value = ratioOf(text);
  const factor = constant(by.times, "1");
  const divisor = constant(by.over, "1");
  const addend = constant(by.plus, "0");
  if (value === undefined || factor === undefined || divisor === undefined || addend === undefined) return undefined;
  const inverse = reciprocal(divisor);
  return inverse === undefined ? undefined : decimalOf(plus(times(times(value, factor), inverse), addend));
}

/** A canonical decimal rounded to a multiple of `to`; near rounds half away from zero, down to the lesser, up to the greater. */
export function roundDecimal(text: string, to: string, way: Way): string | undefined {
  const value = ratioOf(text);
  const step = ratioOf(to);
  if (value === undefined || step === undefined || step.num <= 0n) return undefined;
  const num = value.num * step.den;
  const den = value.den * step.num;
  return decimalOf(times(ratio(WAYS[way](num, den)), step));
}

/** The decimal that takes `from` to `to` by multiplication or addition, where it is one of at most 12 digits. */
export function constantBetween(from: string, to: string, by: "times" | "over" | "plus"): string | undefined {
  const [a, b] = [ratioOf(from), ratioOf(to)];
  if (a === undefined || b === undefined || (by !== "plus" && (a.num === 0n || b.num === 0n))) return undefined;
  const inverse = reciprocal(by === "over" ? b : a);
  const found = by === "plus" ? plus(b, times(a, ratio(-1n))) : inverse && times(by === "over" ? a : b, inverse);
  if (found === undefined || tenTo(12) % found.den !== 0n) return undefined;
  const text = decimalOf(found);
  return text === undefined || text.replace(/[-.]/g, "").length > 12 ? undefined : text;
}

const floor = (num: bigint, den: bigint): bigint => (num >= 0n ? num / den : -((-num + den - 1n) / den));

const WAYS: Readonly<Record<Way, (num: bigint, den: bigint) => bigint>> = {
  near: (num, den) => (num >= 0n ? (2n * num + den) / (2n * den) : -((-2n * num + den) / (2n * den))),
  down: floor,
  up: (num, den) => -floor(-num, den),
};

function constant(text: string | undefined, otherwise: string): Ratio | undefined {
  return ratioOf(text ?? otherwise);
}

function reciprocal({ num, den }: Ratio): Ratio | undefined {
  return num === 0n ? undefined : num < 0n ? { num: -den, den: -num } : { num: den, den: num };
}
