// This file finds private pieces of a text: patterns for where they may stand, check digits where the kind has them.
import { compilePattern, type Pattern } from "@kolm/recipe";
import type { Kind, RedactOptions } from "./options.ts";

/** A private piece: UTF-16 offsets, end exclusive, and the name its placeholder gets. */
type Piece = { readonly start: number; readonly end: number; readonly name: string };
type Recogniser = { readonly name: string; readonly pattern: Pattern; readonly accepts: (text: string) => boolean };

/** Every private piece in order; of pieces that overlap the one that starts first stays, then the longer, then the surer. */
export type FindPieces = (text: string) => Piece[];

type Known = { readonly pattern: string; readonly accepts?: (text: string) => boolean };

/** The surest first: what is one kind by its check digits may look like another. */
const KNOWN: Readonly<Record<Kind, Known>> = {
  email: { pattern: "[\\w.%+\\-]{1,64}@[\\w\\-]{1,63}(?:\\.[\\w\\-]{1,63}){1,8}" },
  url: { pattern: "(?:https?://|www\\.)[^\\s<>\"']{1,500}" },
  // ISO 13616: two letters, two check digits, up to thirty letters and digits.
  iban: { pattern: "\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\\b", accepts: isIban },
  // ISO/IEC 7812: twelve to nineteen digits, the last a check digit.
  card: { pattern: "\\b\\d(?:[ \\-]?\\d){11,18}\\b", accepts: (text) => hasLuhn(text) },
  ssn: { pattern: "\\b\\d{3}-\\d{2}-\\d{4}\\b" },
  ip: {
    pattern: "\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\b",
    accepts: (text) => text.split(".").every((part) => Number(part) <= 255),
  },
  // ITU-T E.164 has fifteen digits at most; under seven a number is a price or an order more often than a phone.
  phone: {
    pattern: "(?:\\+|\\b)\\(?\\d{1,4}\\)?(?:[ .\\-/]{0,2}\\(?\\d{1,5}\\)?){2,8}\\b",
    accepts: (text) => isPhone(text),
  },
};

/** A function that finds the kinds and the patterns of the options. */
export function pieceFinder({ kinds, patterns }: RedactOptions): FindPieces {
  const own = Object.entries(patterns).map(([name, pattern]) => recogniser(name, { pattern }));
  const known = Object.entries(KNOWN)
    .filter(([kind]) => kinds.some((one) => one === kind))
    .map(([kind, one]) => recogniser(kind.toUpperCase(), one));
  const recognisers = [...own, ...known];
  return (text) => withoutOverlaps(recognisers.flatMap((one) => piecesOf(one, text)));
}

function recogniser(name: string, { pattern, accepts = () => true }: Known): Recogniser {
  return { name, pattern: compilePattern(pattern, false), accepts };
}

function piecesOf({ name, pattern, accepts }: Recogniser, text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let from = 0; from <= text.length;) {
    const found = pattern.find(text, from, 0);
    if (found === undefined || found.start < 0) break;
    const { start, end } = found;
    if (end > start && accepts(text.slice(start, end))) pieces.push({ start, end, name });
    from = Math.max(end, start + 1);
  }
  return pieces;
}

function withoutOverlaps(pieces: readonly Piece[]): Piece[] {
  const kept: Piece[] = [];
  for (const piece of [...pieces].sort((a, b) => a.start - b.start || b.end - a.end))
    if (piece.start >= (kept.at(-1)?.end ?? 0)) kept.push(piece);
  return kept;
}

const digitsOf = (text: string): string => text.replace(/\D/g, "");

function isPhone(text: string): boolean {
  const digits = digitsOf(text).length;
  return digits >= 7 && digits <= 15 && (digits >= 9 || /[+ .\-/()]/.test(text));
}

/** ISO/IEC 7812-1 annex B. */
function hasLuhn(text: string): boolean {
  const digits = Array.from(digitsOf(text), Number).reverse();
  const sum = digits.reduce((total, digit, place) => {
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits.some((digit) => digit !== 0) && sum % 10 === 0;
}

/** ISO 7064 mod 97-10 over the rearranged number. */
function isIban(text: string): boolean {
  const packed = text.replaceAll(" ", "");
  const rearranged = packed.slice(4) + packed.slice(0, 4);
  let rest = 0;
  for (const character of rearranged) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
