// This file counts US dollars exactly, in whole units of 1e-12, so that a price per million tokens is whole per token.

/** Dollars in units of 1e-12. */
export type Pico = bigint;

const SETTABLE = /^\d{1,9}(?:\.\d{1,6})?$/;
const EXACT = /^(\d+)(?:\.(\d{1,12}))?$/;
const PICO = 1_000_000_000_000n;

/** True for a plain decimal of at most nine digits and six decimal places. */
export function isDecimal(value: number | string): boolean {
  return SETTABLE.test(String(value));
}

/** Dollars as units of 1e-12, of what isDecimal allows or formatUsd wrote. */
export function parseUsd(value: number | string): Pico {
  const [, whole = "0", fraction = ""] = EXACT.exec(String(value)) ?? [];
  return BigInt(whole) * PICO + BigInt(fraction.padEnd(12, "0"));
}

/** The price of one token, given the price of a million. */
export function perToken(usdPerMillion: number | string): Pico {
  return parseUsd(usdPerMillion) / 1_000_000n;
}

/** The shortest exact decimal: "0", "1.5", "0.00000015". */
export function formatUsd(amount: Pico): string {
  const fraction = (amount % PICO).toString().padStart(12, "0").replace(/0+$/, "");
  return fraction === "" ? `${amount / PICO}` : `${amount / PICO}.${fraction}`;
}
