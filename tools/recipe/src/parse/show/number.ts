// This file writes numbers: grouped, with fixed places, in words (SPEC.md §8.10).
import { suffixOf } from "../number/cardinal.ts";
import { BELOW_TWENTY, SCALES, TENS_WORDS } from "../number/words.ts";
import { decimalOf, fixed, type Ratio } from "../ratio.ts";

/** How decimals are written. */
export type Places = { readonly places?: number | undefined; readonly point?: "," | undefined };

/** "1234.5" with these places, or as many as it has; with a decimal comma where stated. */
export function plainNumber(value: Ratio, { places, point }: Places): string | undefined {
  const text = places === undefined ? decimalOf(value) : fixed(value, places);
  return point === undefined ? text : text?.replace(".", ",");
}

/** The same with groups of three: "1,234.5". */
export function groupedNumber(value: Ratio, settings: Places): string | undefined {
  const mark = settings.point ?? ".";
  const [whole = "", places] = plainNumber(value, settings)?.split(mark) ?? [];
  if (whole === "") return undefined;
  const grouped = whole.replaceAll(/(?<=[0-9])(?=(?:[0-9]{3})+$)/g, mark === "." ? "," : ".");
  return places === undefined ? grouped : `${grouped}${mark}${places}`;
}

/** "minus one hundred twenty-three"; whole numbers below 10^15 only. */
export function numberWords(value: Ratio): string | undefined {
  if (value.den !== 1n) return undefined;
  const size = value.num < 0n ? -value.num : value.num;
  if (size >= 10n ** 15n) return undefined;
  const words = wholeWords(size);
  return value.num < 0n ? `minus ${words}` : words;
}

/** "21st"; whole numbers from 0 only. */
export function ordinalNumber(value: Ratio): string | undefined {
  return value.den === 1n && value.num >= 0n && value.num < 10n ** 15n
    ? `${value.num}${suffixOf(value.num)}`
    : undefined;
}

function wholeWords(size: bigint): string {
  const words: string[] = [];
  let rest = size;
  for (const [name, scale] of [...SCALES].reverse()) {
    if (rest >= scale) words.push(belowThousand(Number(rest / scale)), name);
    rest %= scale;
  }
  if (rest > 0n || words.length === 0) words.push(belowThousand(Number(rest)));
  return words.join(" ");
}

function belowThousand(value: number): string {
  const rest = value % 100;
  const hundreds = value >= 100 ? [`${BELOW_TWENTY[Math.floor(value / 100)]} hundred`] : [];
  return [...hundreds, ...(rest > 0 || value === 0 ? [belowHundred(rest)] : [])].join(" ");
}

function belowHundred(value: number): string {
  if (value < 20) return BELOW_TWENTY[value] ?? "";
  const tens = TENS_WORDS[Math.floor(value / 10) - 2] ?? "";
  return value % 10 === 0 ? tens : `${tens}-${BELOW_TWENTY[value % 10]}`;
}
