// This file gives the Wilson score interval, as decimal strings that never flatter.

// Two-sided 95 % quantile of the standard normal.
const Z = 1.959963984540054;

/** Lower end of the Wilson 95 % interval for right of n (E. B. Wilson, JASA 1927); 0 when n is 0. */
export function wilsonLower(right: number, n: number): number {
  if (n === 0) return 0;
  const share = right / n;
  const centre = share + (Z * Z) / (2 * n);
  const margin = Z * Math.sqrt((share * (1 - share) + (Z * Z) / (4 * n)) / n);
  return Math.max(0, (centre - margin) / (1 + (Z * Z) / n));
}

/** A share as a decimal with four places, rounded down. */
export function decimalDown(value: number): string {
  return (Math.floor(value * 10_000 + 1e-9) / 10_000).toFixed(4);
}
