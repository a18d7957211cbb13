// This file reads what repeats: "every two weeks", "each Monday at 4pm", "monthly", as RFC 5545 recurrence rules (SPEC.md §8.13).
import { time, timeAfter } from "../clock/time.ts";
import { WEEKDAY_NAMES } from "../date/names.ts";
import { isNumberWord } from "../number/cardinal.ts";
import { number } from "../number/number.ts";
import type { Settings } from "../settings.ts";
import { joined, type Match, skip, stands, type Tokens } from "../token.ts";

type Found = Match<string>;

const ADVERBS: ReadonlyMap<string, string> = new Map([
  ["hourly", "HOURLY"],
  ["daily", "DAILY"],
  ["everyday", "DAILY"],
  ["weekly", "WEEKLY"],
  ["biweekly", "WEEKLY;INTERVAL=2"],
  ["fortnightly", "WEEKLY;INTERVAL=2"],
  ["monthly", "MONTHLY"],
  ["quarterly", "MONTHLY;INTERVAL=3"],
  ["semiannual", "MONTHLY;INTERVAL=6"],
  ["semiannually", "MONTHLY;INTERVAL=6"],
  ["yearly", "YEARLY"],
  ["annual", "YEARLY"],
  ["annually", "YEARLY"],
]);

/** Unit → frequency, and how many of it. */
const UNITS: ReadonlyMap<string, readonly [frequency: string, by: number]> = new Map([
  ["minute", ["MINUTELY", 1]],
  ["hour", ["HOURLY", 1]],
  ["day", ["DAILY", 1]],
  ["week", ["WEEKLY", 1]],
  ["fortnight", ["WEEKLY", 2]],
  ["month", ["MONTHLY", 1]],
  ["quarter", ["MONTHLY", 3]],
  ["year", ["YEARLY", 1]],
  ["decade", ["YEARLY", 10]],
]);

const DAYS: readonly string[] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const WORKDAYS = "WEEKLY;BYDAY=MO,TU,WE,TH,FR";
const WEEKEND = "WEEKLY;BYDAY=SA,SU";

/** "each Monday at 4pm" → "FREQ=WEEKLY;BYDAY=MO;BYHOUR=16;BYMINUTE=0". */
export function repeat(tokens: Tokens, at: number, settings: Settings): Found | undefined {
  const rule = ruleAt(tokens, at);
  if (rule !== undefined) {
    const start = skip(tokens, skip(tokens, rule.end, ","), "at", "@");
    const clock = start > rule.end ? timeAfter(tokens, start, settings) : time(tokens, start, settings);
    if (clock === undefined)
      return { end: rule.end, value: rule.value === undefined ? undefined : `FREQ=${rule.value}` };
    return { end: clock.end, value: timed(rule.value, clock.value) };
  }
  const clock = time(tokens, at, settings);
  const late = clock === undefined ? undefined : ruleAt(tokens, skip(tokens, clock.end, "on"));
  return late === undefined || clock === undefined
    ? undefined
    : { end: late.end, value: timed(late.value, clock.value) };
}

function timed(rule: string | undefined, clock: string | undefined): string | undefined {
  if (rule === undefined || clock === undefined || /^(?:HOURLY|MINUTELY)/.test(rule)) return undefined;
  const [hour = 0, minute = 0, second = 0] = clock.split(":").map(Number);
  return `FREQ=${rule};BYHOUR=${hour};BYMINUTE=${minute}${second === 0 ? "" : `;BYSECOND=${second}`}`;
}

function ruleAt(tokens: Tokens, at: number): Found | undefined {
  return adverb(tokens, at) ?? every(tokens, at) ?? onceA(tokens, at) ?? plural(tokens, at);
}

function adverb(tokens: Tokens, at: number): Found | undefined {
  const semi = ["semi", "bi"].includes(tokens[at]?.text ?? "") && joined(tokens, at + 1)?.text === "-";
  const word = tokens[semi ? at + 2 : at]?.text ?? "";
  const value = ADVERBS.get(semi ? (tokens[at]?.text ?? "") + word : word);
  return value === undefined ? undefined : { end: semi ? at + 3 : at + 1, value };
}

// "every day", "every other week", "each two days", "every weekday".
function every(tokens: Tokens, at: number): Found | undefined {
  if (!stands(tokens, at, "every") && !stands(tokens, at, "each")) return undefined;
  const { count, end: unit } = countAt(tokens, at + 1);
  if (count < 1 || count > 99) return undefined;
  const word = tokens[unit]?.text ?? "";
  if (word === "weekday" || word === "weekend")
    return { end: unit + 1, value: count > 1 ? undefined : word === "weekday" ? WORKDAYS : WEEKEND };
  const name = WEEKDAY_NAMES.get(word);
  if (name !== undefined) return { end: unit + 1, value: `WEEKLY${interval(count)};BYDAY=${DAYS[name]}` };
  const found = UNITS.get(word) ?? UNITS.get(word.replace(/s$/, ""));
  return found === undefined ? undefined : { end: unit + 1, value: `${found[0]}${interval(count * found[1])}` };
}

// "other", "two", or nothing for one.
function countAt(tokens: Tokens, at: number): { readonly count: number; readonly end: number } {
  if (stands(tokens, at, "other")) return { count: 2, end: at + 1 };
  const many = number(tokens, at);
  if (many === undefined) return { count: 1, end: at };
  return { count: many.value?.den === 1n ? Number(many.value.num) : 0, end: many.end };
}

function interval(count: number): string {
  return count === 1 ? "" : `;INTERVAL=${count}`;
}

// "once a week".
function onceA(tokens: Tokens, at: number): Found | undefined {
  if (!stands(tokens, at, "once") || !["a", "an", "per", "every"].includes(tokens[at + 1]?.text ?? ""))
    return undefined;
  const found = UNITS.get(tokens[at + 2]?.text ?? "");
  return found === undefined ? undefined : { end: at + 3, value: `${found[0]}${interval(found[1])}` };
}

// "Tuesdays", "weekdays", "all weekends".
function plural(tokens: Tokens, at: number): Found | undefined {
  if (isNumberWord(tokens[at - 1]) || tokens[at - 1]?.kind === "digits") return undefined;
  const start = skip(tokens, at, "all");
  const word = tokens[start]?.text ?? "";
  if (word === "weekdays") return { end: start + 1, value: WORKDAYS };
  if (word === "weekends") return { end: start + 1, value: WEEKEND };
  const name = word.length > 6 && word.endsWith("s") ? WEEKDAY_NAMES.get(word.slice(0, -1)) : undefined;
  return name === undefined ? undefined : { end: start + 1, value: `WEEKLY;BYDAY=${DAYS[name]}` };
}
