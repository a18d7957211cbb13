// This file reads hours, minutes and seconds as they are written, and which half of the day they say (SPEC.md §8.5).
import { cardinal } from "../number/cardinal.ts";
import { number } from "../number/number.ts";
import { remembered } from "../memo.ts";
import { digitsAt, joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { two } from "../date/day.ts";

export type Clock = { readonly hour: number; readonly minute: number; readonly second: number | undefined };
export type Half = "am" | "pm";

/** A clock as told: `bare` hours ("7") are times only where something says so; `padded` ones are of the 24-hour clock. */
export type Told = Clock & {
  readonly half: Half | undefined;
  readonly style: "clear" | "pair" | "dotted" | "bare" | "spoken";
  readonly padded: boolean;
};

/** "1:45 pm", "13:45", "9a", "1430 hours", "seven twenty", "3 o'clock in the afternoon"; a contradiction has no value. */
export function toldAt(tokens: Tokens, at: number): Match<Told> | undefined {
  return told(tokens, at, NONE);
}

const NONE = {};
const told = remembered(readTold);

function readTold(tokens: Tokens, at: number): Match<Told> | undefined {
  const shaped =
    shape("pair", digital(tokens, at, ":") ?? digital(tokens, at, "h") ?? military(tokens, at)) ??
    shape("dotted", digital(tokens, at, ".")) ??
    shape("spoken", spoken(tokens, at)) ??
    shape("bare", bareHour(tokens, at));
  const run = compact(tokens, at);
  const half = run === undefined ? undefined : halfAt(tokens, run.end, run.value?.hour ?? 0);
  if (run?.value !== undefined && half?.value !== undefined)
    return { end: half.end, value: padded(tokens, at, { ...run.value, half: half.value, style: "clear" }) };
  if (shaped === undefined) return undefined;
  return withHalf(tokens, at, shaped);
}

/** "13:45" or "13:45:30". */
export function clockText({ hour, minute, second }: Clock): string {
  return `${two(hour)}:${two(minute)}${second === undefined ? "" : `:${two(second)}`}`;
}

/** The clock in a half of the day; undefined where the 12-hour clock has no such hour. */
export function inHalf(clock: Clock, half: Half | undefined): Clock | undefined {
  if (half === undefined || clock.hour < 1 || clock.hour > 12) return undefined;
  const { minute, second } = clock;
  return { hour: (clock.hour % 12) + (half === "pm" ? 12 : 0), minute, second };
}

/** The time of day that a told clock is; undefined where the half of the day is open and `clock` does not settle it. */
export function settled(clock: Told, day: 24 | undefined): Clock | undefined {
  if (clock.half !== undefined) return inHalf(clock, clock.half);
  const clear = clock.padded || clock.hour > 12 || clock.hour === 0 || day === 24;
  return clear ? { hour: clock.hour, minute: clock.minute, second: clock.second } : undefined;
}

type Shaped = { readonly end: number; readonly clock: Clock; readonly style: Told["style"] };

function shape(style: Told["style"], found: Match<Clock> | undefined): Shaped | undefined {
  return found?.value === undefined ? undefined : { end: found.end, clock: found.value, style };
}

function withHalf(tokens: Tokens, at: number, { end: first, clock, style }: Shaped): Match<Told> {
  const end = oclockAt(tokens, first);
  const half = halfAt(tokens, end, clock.hour);
  if (half === undefined) {
    const named = end > first && style === "bare" ? "pair" : style;
    return { end, value: padded(tokens, at, { ...clock, half: undefined, style: named }) };
  }
  const value =
    half.value === undefined ? undefined : padded(tokens, at, { ...clock, half: half.value, style: "clear" });
  return { end: half.end, value: value !== undefined && inHalf(value, value.half) === undefined ? undefined : value };
}

// "09", "0930": hours that the 12-hour clock does not write.
function padded(tokens: Tokens, at: number, clock: Omit<Told, "padded">): Told {
  const digits = tokens[at]?.kind === "digits" ? (tokens[at]?.text ?? "") : "";
  return { ...clock, padded: digits.length === 4 || (digits.length === 2 && digits.startsWith("0")) };
}

/** Hours, minutes and perhaps seconds with a mark between. */
export function digital(tokens: Tokens, at: number, mark: string): Match<Clock> | undefined {
  const hour = digitsAt(tokens, at, 2);
  const minute = pairAt(tokens, at + 2);
  if (hour === undefined || hour > 23 || minute === undefined || joined(tokens, at + 1)?.text !== mark)
    return undefined;
  const second = joined(tokens, at + 3)?.text === mark ? pairAt(tokens, at + 4) : undefined;
  if (second === undefined) return { end: at + 3, value: { hour, minute, second } };
  const zeros = joined(tokens, at + 5)?.text === "." && /^0+$/.test(joined(tokens, at + 6)?.text ?? "");
  return { end: zeros ? at + 7 : at + 5, value: { hour, minute, second } };
}

// Two digits from 00 to 59, without a space before.
function pairAt(tokens: Tokens, at: number): number | undefined {
  const token = joined(tokens, at);
  return token?.kind === "digits" && token.text.length === 2 && token.text < "60" ? Number(token.text) : undefined;
}

function military(tokens: Tokens, at: number): Match<Clock> | undefined {
  const token = tokens[at];
  if (token?.kind !== "digits" || !/^(?:[01][0-9]|2[0-3])[0-5][0-9]$/.test(token.text)) return undefined;
  if (!["hours", "hrs", "h"].includes(tokens[at + 1]?.text ?? "")) return undefined;
  return { end: at + 2, value: ofRun(token.text) };
}

// "1140", "730": a clock only before a half of the day.
function compact(tokens: Tokens, at: number): Match<Clock> | undefined {
  const token = tokens[at];
  if (token?.kind !== "digits" || !/^(?:0?[1-9]|1[0-2])[0-5][0-9]$/.test(token.text)) return undefined;
  return { end: at + 1, value: ofRun(token.text) };
}

function ofRun(digits: string): Clock {
  return { hour: Number(digits.slice(0, -2)), minute: Number(digits.slice(-2)), second: undefined };
}

// "seven twenty-seven", "five-thirty", "nine oh five".
function spoken(tokens: Tokens, at: number): Match<Clock> | undefined {
  if (tokens[at]?.kind !== "word") return undefined;
  const hour = cardinal(tokens, at);
  if (hour?.value === undefined || hour.value < 1n || hour.value > 12n || hour.end !== at + 1) return undefined;
  const start = skip(tokens, hour.end, "-");
  const oh = ["oh", "o"].includes(tokens[start]?.text ?? "") && !stands(tokens, start + 1, "'");
  const minute = tokens[start]?.kind === "word" ? cardinal(tokens, oh ? start + 1 : start) : undefined;
  if (minute?.value === undefined || minute.value > 59n || (oh ? minute.value > 9n : minute.value < 10n))
    return undefined;
  const end = skip(tokens, minute.end, "minutes");
  return { end, value: { hour: Number(hour.value), minute: Number(minute.value), second: undefined } };
}

/** An hour alone, in digits or words. */
export function bareHour(tokens: Tokens, at: number): Match<Clock> | undefined {
  const token = tokens[at];
  if (token?.kind === "mark") return undefined;
  const hour = token?.kind === "digits" ? digitsAt(tokens, at, 2) : wordHour(tokens, at);
  if (hour === undefined || hour > 23) return undefined;
  const whole = number(tokens, at);
  if (whole === undefined || whole.value?.den !== 1n || whole.value.num !== BigInt(hour)) return undefined;
  return { end: whole.end, value: { hour, minute: 0, second: undefined } };
}

function wordHour(tokens: Tokens, at: number): number | undefined {
  const found = cardinal(tokens, at);
  return found?.value === undefined || found.value > 23n ? undefined : Number(found.value);
}

/** The token after "o'clock", if it stands here. */
export function oclockAt(tokens: Tokens, at: number): number {
  if (stands(tokens, at, "oclock")) return at + 1;
  const apart = stands(tokens, at, "o") && ["'", "\u2019"].includes(tokens[at + 1]?.text ?? "");
  return apart && stands(tokens, at + 2, "clock") ? at + 3 : at;
}

const PARTS: ReadonlyMap<string, readonly [from: number, to: number, half: Half]> = new Map([
  ["morning", [1, 11, "am"]],
  ["afternoon", [12, 19, "pm"]],
  ["evening", [16, 23, "pm"]],
  ["night", [17, 23, "pm"]],
]);

/** "am", "p.m.", "in the evening"; one that the hour is not in has no value. */
export function halfAt(tokens: Tokens, at: number, hour: number): Match<Half> | undefined {
  const dotted = joined(tokens, at)?.text === "." && joined(tokens, at + 1) !== undefined ? at + 1 : at;
  const word = tokens[dotted]?.text ?? "";
  if (word === "am" || word === "pm") return { end: dotted + 1, value: word };
  if (word === "a" || word === "p") return dotted > at ? undefined : lettersAt(tokens, at, word === "a" ? "am" : "pm");
  if (word === "at" && stands(tokens, at + 1, "night")) return { end: at + 2, value: halfInPart("night", hour) };
  const the = stands(tokens, at + 1, "the") ? at + 2 : at + 1;
  const part = word === "in" ? PARTS.get(tokens[the]?.text ?? "") : undefined;
  return part === undefined ? undefined : { end: the + 1, value: halfOf(part, hour) };
}

/** The half of the day that a part of it puts an hour in. */
export function halfInPart(name: string, hour: number): Half | undefined {
  const part = PARTS.get(name);
  return part === undefined ? undefined : halfOf(part, hour);
}

function halfOf([from, to, half]: readonly [number, number, Half], hour: number): Half | undefined {
  return [hour, hour + 12].some((read) => read >= from && read <= to) ? half : undefined;
}

// "a.m.", "p . m .", "a m"; "9a" where it is joined to the digits and nothing to it.
function lettersAt(tokens: Tokens, at: number, half: Half): Match<Half> | undefined {
  const letter = skip(tokens, at + 1, ".");
  if (stands(tokens, letter, "m"))
    return { end: letter > at + 1 ? skip(tokens, letter + 1, ".") : letter + 1, value: half };
  const alone = joined(tokens, at) !== undefined && tokens[at - 1]?.kind === "digits";
  return alone && joined(tokens, at + 1)?.kind !== "word" ? { end: at + 1, value: half } : undefined;
}
