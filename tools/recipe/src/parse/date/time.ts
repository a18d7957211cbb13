// This file reads times of day, and dates with a time (SPEC.md §8.5).
import type { Settings } from "../settings.ts";
import { digitsAt, joined, type Match, skip, stands, type Tokens } from "../token.ts";
import { number } from "../number/number.ts";
import { two } from "./day.ts";

type Found = Match<string>;
type Clock = { readonly hour: number; readonly minute: number; readonly second: number | undefined };

/** A time of day as "13:45" or "13:45:30"; an hour that may be before or after noon has no value. */
export function time(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  return named(tokens, at) ?? past(tokens, at) ?? onClock(tokens, at, settings);
}

/** Hours, minutes and perhaps seconds of the 24-hour clock, with a zone: the part of a timestamp behind T. */
export function clockAt(tokens: Tokens, at: number): Found | undefined {
  const found = digital(tokens, at, ":");
  if (found?.value === undefined) return undefined;
  const { end, value } = found;
  const text = textOf(value);
  if (joined(tokens, end)?.text === "z") return { end: end + 1, value: `${text}Z` };
  const sign = joined(tokens, end)?.text;
  const zone = sign === "+" || sign === "-" ? digital(tokens, end + 1, ":") : undefined;
  if (zone?.value === undefined || zone.value.second !== undefined) return { end, value: text };
  return { end: zone.end, value: `${text}${sign}${textOf(zone.value)}` };
}

function named(tokens: Tokens, at: number): Found | undefined {
  const word = tokens[at]?.text;
  if (word === "noon" || word === "midday") return { end: at + 1, value: "12:00" };
  return word === "midnight" ? { end: at + 1, value: "00:00" } : undefined;
}

// "1:45 pm", "13:45", "1pm", "14h30", "1430 hours", "3 o'clock in the afternoon".
function onClock(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const pair = digital(tokens, at, ":") ?? digital(tokens, at, "h") ?? military(tokens, at);
  const whole = pair ?? digital(tokens, at, ".") ?? bare(tokens, at);
  if (whole?.value === undefined) return undefined;
  const { end, value } = whole;
  const half = halfAt(tokens, end, value.hour);
  if (half !== undefined) return { end: half.end, value: inHalf(value, half.value) };
  if (pair === undefined) return stands(tokens, end - 1, "clock") ? { end, value: undefined } : undefined;
  const clear = isOfDay(tokens[at]?.text ?? "", value.hour) || settings.clock === 24;
  return { end, value: clear ? textOf(value) : undefined };
}

// "09", "0930", "13": hours that the 12-hour clock does not write.
function isOfDay(digits: string, hour: number): boolean {
  return hour > 12 || hour === 0 || digits.length === 4 || (digits.length === 2 && digits.startsWith("0"));
}

/** What may stand before "to" that is no hour. */
const SIDES: ReadonlySet<string> = new Set(["quarter", "minutes", "twenty"]);

// "half past three pm", "ten to nine in the morning".
function past(tokens: Tokens, at: number): Found | undefined {
  const many = minutesAt(tokens, at);
  if (many?.value === undefined) return undefined;
  const to = stands(tokens, many.end, "to");
  const hour = to || stands(tokens, many.end, "past") ? bare(tokens, many.end + 1) : undefined;
  if (hour?.value === undefined || hour.value.hour > 12) return undefined;
  const shown = to ? ((hour.value.hour + 10) % 12) + 1 : hour.value.hour;
  const half = halfAt(tokens, hour.end, shown);
  // "5 to 6 pm" may be an hour's length; half of which day "quarter to 12 pm" is in, nobody knows.
  const unclear = to && (!SIDES.has(tokens[many.end - 1]?.text ?? "") || hour.value.hour === 12);
  const value = { hour: shown, minute: to ? 60 - many.value : many.value, second: undefined };
  return { end: half?.end ?? hour.end, value: unclear ? undefined : inHalf(value, half?.value) };
}

// "half", "quarter" or 1 to 30 minutes.
function minutesAt(tokens: Tokens, at: number): Match<number> | undefined {
  const part = { half: 30, quarter: 15 }[tokens[at]?.text ?? ""];
  if (part !== undefined) return { end: at + 1, value: part };
  const many = number(tokens, at);
  if (many?.value?.den !== 1n || many.value.num < 1n || many.value.num > 30n) return undefined;
  return { end: skip(tokens, many.end, "minutes"), value: Number(many.value.num) };
}

function digital(tokens: Tokens, at: number, mark: string): Match<Clock> | undefined {
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
  return {
    end: at + 2,
    value: { hour: Number(token.text.slice(0, 2)), minute: Number(token.text.slice(2)), second: undefined },
  };
}

// An hour alone, in digits or words, perhaps with "o'clock".
function bare(tokens: Tokens, at: number): Match<Clock> | undefined {
  const found = number(tokens, at);
  if (found?.value === undefined || found.value.den !== 1n || found.value.num < 0n || found.value.num > 23n)
    return undefined;
  const { end } = found;
  const clock =
    stands(tokens, end, "o") &&
    ["'", "\u2019"].includes(tokens[end + 1]?.text ?? "") &&
    stands(tokens, end + 2, "clock");
  return { end: clock ? end + 3 : end, value: { hour: Number(found.value.num), minute: 0, second: undefined } };
}

const PARTS: ReadonlyMap<string, readonly [from: number, to: number, half: "am" | "pm"]> = new Map([
  ["morning", [1, 11, "am"]],
  ["afternoon", [12, 18, "pm"]],
  ["evening", [16, 23, "pm"]],
]);

// "am", "p.m.", "in the evening".
function halfAt(tokens: Tokens, at: number, hour: number): Match<"am" | "pm"> | undefined {
  const word = tokens[at]?.text ?? "";
  if (word === "am" || word === "pm") return { end: at + 1, value: word };
  if (word === "a" || word === "p") {
    const letter = skip(tokens, at + 1, ".");
    if (!stands(tokens, letter, "m")) return undefined;
    return { end: letter > at + 1 ? skip(tokens, letter + 1, ".") : letter + 1, value: word === "a" ? "am" : "pm" };
  }
  const part = word === "in" && stands(tokens, at + 1, "the") ? PARTS.get(tokens[at + 2]?.text ?? "") : undefined;
  if (part === undefined) return undefined;
  const [from, to, half] = part;
  const fits = [hour, hour + 12].some((read) => read >= from && read <= to);
  return { end: at + 3, value: fits ? half : undefined };
}

function inHalf(clock: Clock, half: "am" | "pm" | undefined): string | undefined {
  if (half === undefined || clock.hour < 1 || clock.hour > 12) return undefined;
  return textOf({ ...clock, hour: (clock.hour % 12) + (half === "pm" ? 12 : 0) });
}

function textOf({ hour, minute, second }: Clock): string {
  return `${two(hour)}:${two(minute)}${second === undefined ? "" : `:${two(second)}`}`;
}
