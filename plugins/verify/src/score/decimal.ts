// This file writes fractions as decimal strings, the only form the sealed JSON of an artifact has for them.
/** Four places: shares, axes and K, as the cover prints them. */
export function share(value: number): string {
  return value.toFixed(4);
}

/** The shortest decimal of at most nine places: seconds, dollars, throughput. */
export function amount(value: number): string {
  const text = value.toFixed(9);
  return text.replace(/\.?0+$/, "");
}
