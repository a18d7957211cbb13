// This file lists the forms a date or time is usually written in, with what each costs.

/** Zero-padded numbers or not: a preference that keeps one output consistent. */
export type Style = "padded" | "plain";
/** A form, its cost, and where it has a number that could be padded or not, which it is. */
export type Form = readonly [form: string, cost: number, style?: Style];

const PARTS: readonly Form[] = [
  ["yyyy", 0],
  ["yy", 0.3],
  ["MMMM", 0],
  ["MMM", 0],
  ["MM", 0.1, "padded"],
  ["M", 0.1, "plain"],
  ["dd", 0.1, "padded"],
  ["d", 0.1, "plain"],
  ["EEEE", 0.1],
  ["E", 0.1],
  ["m", 0.9],
  ["mm", 0.3],
  ["ss", 0.3],
  ["s", 0.9],
  ["a", 0.3],
  ["aa", 0.3],
  ["Q", 0.5],
  ["'Q'Q", 0.1],
  ["D", 0.6],
  ["W", 0.6],
  ["o", 0.3],
];

const SEPARATORS: readonly string[] = ["-", "/", ".", " "];
const DATES: readonly Form[] = [
  ...SEPARATORS.flatMap((s): Form[] => [
    [`yyyy${s}MM${s}dd`, 0.15, "padded"],
    [`yyyy${s}M${s}d`, 0.4, "plain"],
    [`M${s}d${s}yyyy`, 0.3, "plain"],
    [`MM${s}dd${s}yyyy`, 0.3, "padded"],
    [`d${s}M${s}yyyy`, 0.35, "plain"],
    [`dd${s}MM${s}yyyy`, 0.35, "padded"],
  ]),
  ["MMddyyyy", 0.3],
  ["ddMMyyyy", 0.35],
  ["yyyyMMdd", 0.3],
  ["MMMM d, yyyy", 0.3, "plain"],
  ["MMM d, yyyy", 0.3, "plain"],
  ["d MMMM yyyy", 0.3, "plain"],
  ["d MMM yyyy", 0.3, "plain"],
  ["d-MMM-yyyy", 0.3, "plain"],
  ["dd-MMM-yyyy", 0.3, "padded"],
];

const RESTS: readonly (readonly [string, number])[] = [
  ["", 0.05],
  [":mm", 0],
  [":mm:ss", 0.1],
  [".mm", 0.2],
];
const HALVES: readonly string[] = ["a", " a", "aa", " aa"];

/** Times of day; the twelve-hour clock without its half of the day is unlikely unless the inputs have it. */
function times(halves: boolean): Form[] {
  return RESTS.flatMap(([rest, cost]): Form[] => [
    [`H${rest}`, cost + 0.1, "plain"],
    [`HH${rest}`, cost + 0.1, "padded"],
    [`h${rest}`, cost + (halves ? 0.1 : 0.45)],
    ...HALVES.map((half): Form => [`h${rest}${half}`, cost + 0.05]),
    ...HALVES.map((half): Form => [`hh${rest}${half}`, cost + 0.5, "padded"]),
  ]);
}

const MINUTES: readonly Form[] = [
  ["m:ss", 0.1, "plain"],
  ["mm:ss", 0.1, "padded"],
];

/** The forms of a moment; `halves` says whether the inputs say am and pm. */
export function formsOf({
  date,
  hour,
  minute,
  halves,
}: Readonly<Record<"date" | "hour" | "minute" | "halves", boolean>>): Form[] {
  return [...(date || hour ? PARTS : []), ...(date ? DATES : []), ...clockForms({ hour, minute, halves })];
}

/** The forms of a time of day alone. */
export function clockForms({ hour, minute, halves }: Readonly<Record<"hour" | "minute" | "halves", boolean>>): Form[] {
  return hour ? times(halves) : minute ? [...MINUTES] : [];
}
