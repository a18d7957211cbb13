// This file is exact arithmetic on fractions and their decimal text (SPEC.md §8.2).

/** A fraction in lowest terms with a positive denominator. */
export type Ratio = { readonly num: bigint; readonly den: bigint };

/** Decimal places and significant digits that a value may have. */
const PLACES = 15;
const MOST_DIGITS = 40;

export function ratio(num: bigint, den = 1n): Ratio {
  const divisor = greatest(num < 0n ? -num : num, den);
  return { num: num / divisor, den: den / divisor };
}

export function plus(a: Ratio, b: Ratio): Ratio {
  return ratio(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function times(a: Ratio, b: Ratio): Ratio {
  return ratio(a.num * b.num, a.den * b.den);
}

export function negative(a: Ratio): Ratio {
  return { num: -a.num, den: a.den };
}

export function tenTo(power: number): bigint {
  return 10n ** BigInt(power);
}

/** The ratio of a canonical decimal ("-12.5"); undefined for any other text. */
export function ratioOf(text: string): Ratio | undefined {
  const parts = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]*[1-9]))?$/.exec(text);
  if (parts === null || text === "-0" || text.length > MOST_DIGITS) return undefined;
  const fraction = parts[3] ?? "";
  const size = ratio(BigInt((parts[2] ?? "") + fraction), tenTo(fraction.length));
  return parts[1] === "-" ? negative(size) : size;
}

/** The canonical decimal: exact within 15 places, else rounded half up to 15 significant digits; undefined beyond 40 characters. */
export function decimalOf(value: Ratio): string | undefined {
  const { num, den } = value;
  const exact = tenTo(PLACES) % den === 0n;
  const text = fixed(value, exact ? PLACES : Math.max(0, PLACES - wholeDigits(num, den)));
  const plain = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return plain.length > MOST_DIGITS ? undefined : plain.replace(/^-0$/, "0");
}

/** The decimal with exactly `places` places, rounded half away from zero. */
export function fixed({ num, den }: Ratio, places: number): string {
  const scale = tenTo(places);
  const size = num < 0n ? -num : num;
  const rounded = (size * scale * 2n + den) / (den * 2n);
  const digits = rounded.toString().padStart(places + 1, "0");
  const sign = num < 0n && rounded !== 0n ? "-" : "";
  const whole = digits.slice(0, digits.length - places);
  return places === 0 ? sign + digits : `${sign}${whole}.${digits.slice(-places)}`;
}

// Digits before the point; below one, minus the zeros after it.
function wholeDigits(num: bigint, den: bigint): number {
  const size = num < 0n ? -num : num;
  if (size >= den) return (size / den).toString().length;
  return size === 0n ? 0 : 1 - (den / size).toString().length;
}

function greatest(a: bigint, b: bigint): bigint {
  return b === 0n ? (a === 0n ? 1n : a) : greatest(b, a % b);
}
