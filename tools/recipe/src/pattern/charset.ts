// This file holds sets of characters: exact for ASCII, one flag for all the rest, enough to skip hopeless searches.

/** 128 membership bytes for ASCII; `other` when some character beyond ASCII may be in the set. */
export type CharSet = { readonly ascii: Uint8Array; readonly other: boolean };

export function charSet(ranges: readonly (readonly [number, number])[]): CharSet {
  const ascii = new Uint8Array(128);
  let other = false;
  for (const [low, high] of ranges) {
    if (high >= 128) other = true;
    for (let code = low; code <= high && code < 128; code++) ascii[code] = 1;
  }
  return { ascii, other };
}

export function complement(set: CharSet): CharSet {
  return { ascii: set.ascii.map((member) => 1 - member), other: true };
}

export function union(sets: readonly CharSet[]): CharSet {
  const ascii = new Uint8Array(128);
  for (const set of sets) set.ascii.forEach((member, code) => (ascii[code] = (ascii[code] ?? 0) | member));
  return { ascii, other: sets.some((set) => set.other) };
}

/** Adds the other case of each letter; "k" and "s" also fold to characters beyond ASCII. */
export function foldCase(set: CharSet): CharSet {
  const ascii = Uint8Array.from(set.ascii);
  for (let lower = 0x61; lower <= 0x7a; lower++) {
    const member = (set.ascii[lower] ?? 0) | (set.ascii[lower - 32] ?? 0);
    ascii[lower] = member;
    ascii[lower - 32] = member;
  }
  return { ascii, other: set.other || ascii[0x6b] === 1 || ascii[0x73] === 1 };
}

/** Roughly how often a character of ordinary text is a member; smaller is more selective. */
export function frequency(set: CharSet): number {
  const thousandths = set.ascii.reduce((sum, member, code) => sum + member * usual(code), set.other ? 60 : 0);
  return Math.min(1, thousandths / 1000);
}

function usual(code: number): number {
  if (code === 0x20) return 170;
  if (code >= 0x61 && code <= 0x7a) return 30;
  return code >= 0x30 && code <= 0x39 ? 3 : 5;
}

export function hasUnit(set: CharSet, unit: number): boolean {
  return unit < 128 ? set.ascii[unit] === 1 : set.other;
}

export const DIGITS: CharSet = charSet([[0x30, 0x39]]);
export const WORD: CharSet = charSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
export const SPACE: CharSet = charSet([
  [9, 10],
  [12, 13],
  [32, 32],
]);
export const NOT_NEWLINE: CharSet = complement(charSet([[10, 10]]));
