// This file reads telephone numbers as E.164, with the extension as RFC 3966 writes it (SPEC.md §8.7).
import type { Settings } from "../settings.ts";
import { type Match, stands, type Tokens } from "../token.ts";
import { BY_CODE, type Numbering, REGIONS } from "./regions.ts";

const MOST_TOKENS = 24;
const LEAST_DIGITS = 7;
const MOST_DIGITS = 17;
const SEPARATORS: readonly string[] = ["-", ".", "/", "\u2013"];

/** "(541) 754-3010" → "+15417543010" where the region is the US; without a region only numbers with a plus are seen. */
export function phone(tokens: Tokens, at: number, { region }: Settings): Match<string> | undefined {
  const run = runAt(tokens, at);
  if (run === undefined) return undefined;
  const extension = extensionAt(tokens, run.end);
  const number = e164(run, region);
  if (number === undefined && !run.plus) return undefined;
  const value = number === undefined || extension.digits === "" ? number : `${number};ext=${extension.digits}`;
  return { end: extension.end, value };
}

/** The country code and the national number of a canonical number without extension. */
export function partsOf(canonical: string): { code: string; national: string } | undefined {
  const digits = /^\+([0-9]{6,15})$/.exec(canonical)?.[1] ?? "";
  const code = codeOf(digits);
  return code === undefined ? undefined : { code: code.code, national: digits.slice(code.code.length) };
}

type Run = { readonly digits: string; readonly plus: boolean; readonly end: number };
type Group = { readonly digits: string; readonly bracket: boolean; readonly end: number };

// Groups of digits, some in brackets, with a space or one mark between; "(0)" behind a country code is left out.
function runAt(tokens: Tokens, at: number): Run | undefined {
  const lead = leadAt(tokens, at);
  if (lead === undefined) return undefined;
  let { digits, end } = lead;
  while (end - at < MOST_TOKENS && digits.length <= MOST_DIGITS) {
    const group = groupAt(tokens, SEPARATORS.includes(tokens[end]?.text ?? "") ? end + 1 : end);
    if (group === undefined) break;
    if (!(lead.plus && group.bracket && group.digits === "0")) digits += group.digits;
    ({ end } = group);
  }
  return digits.length < LEAST_DIGITS || digits.length > MOST_DIGITS ? undefined : { digits, plus: lead.plus, end };
}

// The first group, with the plus before it or before its digits: "+44", "(+44)", "+(44)".
function leadAt(tokens: Tokens, at: number): (Group & { readonly plus: boolean }) | undefined {
  const plus = stands(tokens, at, "+");
  const group = groupAt(tokens, plus ? at + 1 : at);
  if (group !== undefined) return { ...group, plus };
  const inner = stands(tokens, at, "(") && stands(tokens, at + 1, "+") ? tokens[at + 2] : undefined;
  if (inner?.kind !== "digits" || !stands(tokens, at + 3, ")")) return undefined;
  return { digits: inner.text, bracket: true, end: at + 4, plus: true };
}

function groupAt(tokens: Tokens, at: number): Group | undefined {
  const token = tokens[at];
  if (token?.kind === "digits") return { digits: token.text, bracket: false, end: at + 1 };
  const inner = stands(tokens, at, "(") ? tokens[at + 1] : undefined;
  if (inner?.kind !== "digits" || !stands(tokens, at + 2, ")")) return undefined;
  return { digits: inner.text, bracket: true, end: at + 3 };
}

function extensionAt(tokens: Tokens, at: number): { digits: string; end: number } {
  const word = tokens[at]?.text ?? "";
  const name = ["x", "ext", "extension"].includes(word) ? (stands(tokens, at + 1, ".") ? at + 2 : at + 1) : undefined;
  const token = name === undefined ? undefined : tokens[name];
  if (token?.kind !== "digits" || token.text.length > 7 || name === undefined) return { digits: "", end: at };
  return { digits: token.text, end: name + 1 };
}

function e164({ digits, plus }: Run, region: string | undefined): string | undefined {
  const own = region === undefined ? undefined : REGIONS.get(region);
  if (plus) return international(digits);
  if (own === undefined) return undefined;
  if (digits.startsWith(own.exit)) return international(digits.slice(own.exit.length));
  if (own.trunk !== "" && digits.startsWith(own.trunk)) {
    const national = digits.slice(own.trunk.length);
    if (fits(own, national)) return `+${own.code}${national}`;
    return undefined;
  }
  // Where a trunk prefix is dialled, a number without it is local; the US and Canada write it without.
  const bare = own.trunk === "" || own.code === "1" || BARE.get(own.code)?.test(digits) === true;
  return bare && fits(own, digits) ? `+${own.code}${digits}` : undefined;
}

/** National numbers that are written without the trunk prefix all the same: with an area code in Brazil, mobile ones in China and India. */
const BARE: ReadonlyMap<string, RegExp> = new Map([
  ["55", /^[1-9][1-9](?:9[0-9]{8}|[2-5][0-9]{7})$/],
  ["86", /^1[3-9][0-9]{9}$/],
  ["91", /^[6-9][0-9]{9}$/],
]);

function international(digits: string): string | undefined {
  const numbering = codeOf(digits);
  return numbering !== undefined && fits(numbering, digits.slice(numbering.code.length)) ? `+${digits}` : undefined;
}

function codeOf(digits: string): Numbering | undefined {
  return BY_CODE.get(digits.slice(0, 1)) ?? BY_CODE.get(digits.slice(0, 2)) ?? BY_CODE.get(digits.slice(0, 3));
}

function fits({ code, trunk, least, most, starts }: Numbering, national: string): boolean {
  if (starts !== "" && !starts.includes(national.charAt(0))) return false;
  if (national.length < least || national.length > most) return false;
  if (code === "1") return /^[2-9][0-9]{2}[2-9][0-9]{6}$/.test(national);
  return trunk === "" || !national.startsWith(trunk);
}
