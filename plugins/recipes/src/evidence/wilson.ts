// This file gives the Wilson score interval, as decimal strings that never flatter.

// Two-sided 95 % quantile of the standard normal.
const Z = 1.959963984540054;

/** Lower end of the Wilson interval for right of n (E. B. Wilson, JASA 1927), 95 % unless another quantile is given; 0 when n is 0. */
export function wilsonLower(right: number, n: number, z = Z): number {
  if (n === 0) return 0;
  const share = right / n;
  const centre = share + (z * z) / (2 * n);
  const margin = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * n)) / n);
  return Math.max(0, (centre - margin) / (1 + (z * z) / n));
}

/** A share as a decimal with four places, rounded down. */
export function decimalDown(value: number): string {
  return (Math.floor(value * 10_000 + 1e-9) / 10_000).toFixed(4);
}
