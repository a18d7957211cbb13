// This file is the table of English number words (SPEC.md §8.3).

const UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const TEENS = ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/** The words of 0 to 19, in order, and of 20, 30 … 90. */
export const BELOW_TWENTY: readonly string[] = [...UNITS, ...TEENS];
export const TENS_WORDS: readonly string[] = TENS;

/** Words below a hundred. */
export const SMALL: ReadonlyMap<string, number> = new Map([
  ...BELOW_TWENTY.map((word, value) => [word, value] as const),
  ...TENS.map((word, index) => [word, 20 + 10 * index] as const),
  ["nought", 0],
  ["nil", 0],
  ["fourty", 40],
  ["ninty", 90],
]);

/** Powers of a thousand. */
export const SCALES: ReadonlyMap<string, bigint> = new Map([
  ["thousand", 1_000n],
  ["million", 1_000_000n],
  ["billion", 1_000_000_000n],
  ["trillion", 1_000_000_000_000n],
]);

/** Scales that no number in words is built from. */
export const OTHER_SCALES: ReadonlyMap<string, bigint> = new Map([
  ["hundred", 100n],
  ["dozen", 12n],
  ["dozens", 12n],
  ["lakh", 100_000n],
  ["lakhs", 100_000n],
  ["crore", 10_000_000n],
  ["crores", 10_000_000n],
]);

/** Short forms of scales, only after digits. */
export const SHORT_SCALES: ReadonlyMap<string, bigint> = new Map([
  ["k", 1_000n],
  ["mn", 1_000_000n],
  ["mln", 1_000_000n],
  ["bn", 1_000_000_000n],
  ["bln", 1_000_000_000n],
  ["tn", 1_000_000_000_000n],
  ["tln", 1_000_000_000_000n],
]);

const IRREGULAR: readonly (readonly [string, string])[] = [
  ["first", "one"],
  ["second", "two"],
  ["third", "three"],
  ["fifth", "five"],
  ["eighth", "eight"],
  ["ninth", "nine"],
  ["twelfth", "twelve"],
];
const irregular = new Set(IRREGULAR.map(([, cardinal]) => cardinal));

/** Ordinal word → cardinal word: "twentieth" → "twenty". */
export const ORDINALS: ReadonlyMap<string, string> = new Map([
  ...IRREGULAR,
  ...[...BELOW_TWENTY.slice(1), ...TENS, "hundred", ...SCALES.keys()]
    .filter((word) => !irregular.has(word))
    .map((word) => [`${word.replace(/y$/, "ie")}th`, word] as const),
]);

type Part = { readonly of: bigint; readonly plural: boolean };

/** Words for parts of one → how many make one, singular and plural; "second" is left out: it is a unit of time. */
export const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["half", { of: 2n, plural: false }],
  ["halves", { of: 2n, plural: true }],
  ["quarter", { of: 4n, plural: false }],
  ["quarters", { of: 4n, plural: true }],
  ...[...ORDINALS].flatMap(([ordinal, cardinal]) => {
    const of = cardinal === "hundred" ? 100n : (SCALES.get(cardinal) ?? BigInt(SMALL.get(cardinal) ?? 0));
    return of < 3n
      ? []
      : ([
          [ordinal, { of, plural: false }],
          [`${ordinal}s`, { of, plural: true }],
        ] as const);
  }),
]);

/** Fraction characters → numerator and denominator. */
export const VULGAR: ReadonlyMap<string, readonly [bigint, bigint]> = new Map([
  ["¼", [1n, 4n]],
  ["½", [1n, 2n]],
  ["¾", [3n, 4n]],
  ["⅓", [1n, 3n]],
  ["⅔", [2n, 3n]],
  ["⅕", [1n, 5n]],
  ["⅖", [2n, 5n]],
  ["⅗", [3n, 5n]],
  ["⅘", [4n, 5n]],
  ["⅙", [1n, 6n]],
  ["⅚", [5n, 6n]],
  ["⅛", [1n, 8n]],
  ["⅜", [3n, 8n]],
  ["⅝", [5n, 8n]],
  ["⅞", [7n, 8n]],
]);
