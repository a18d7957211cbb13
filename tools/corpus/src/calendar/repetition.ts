// This file says a recurrence rule (RFC 5545 §3.3.10) in words.
import ICAL from "ical.js";

const UNITS: Readonly<Record<string, string>> = {
  SECONDLY: "second",
  MINUTELY: "minute",
  HOURLY: "hour",
  DAILY: "day",
  WEEKLY: "week",
  MONTHLY: "month",
  YEARLY: "year",
};
const DAYS: Readonly<Record<string, string>> = {
  MO: "Monday",
  TU: "Tuesday",
  WE: "Wednesday",
  TH: "Thursday",
  FR: "Friday",
  SA: "Saturday",
  SU: "Sunday",
};
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** "every 2 weeks on Monday, Friday until 2024-12-31"; a rule of another shape as it is written. */
export function repetition(rule: unknown): string {
  if (!(rule instanceof ICAL.Recur)) return String(rule);
  const unit = UNITS[rule.freq] ?? rule.freq;
  const { BYDAY = [], BYMONTHDAY = [], BYMONTH = [] } = rule.parts;
  const days = [BYDAY].flat().map(day);
  const dates = [BYMONTHDAY].flat().map((date) => (date < 0 ? `${-date} from the end` : `${date}`));
  const months = [BYMONTH].flat().map((month) => MONTHS[Number(month) - 1] ?? `${month}`);
  return [
    rule.interval > 1 ? `every ${rule.interval} ${unit}s` : `every ${unit}`,
    days.length > 0 && `on ${days.join(", ")}`,
    dates.length > 0 && `on day ${dates.join(", ")}`,
    months.length > 0 && `in ${months.join(", ")}`,
    rule.count !== null && rule.count !== undefined && `${rule.count} times`,
    rule.until && `until ${rule.until.toString()}`,
  ]
    .filter((part) => typeof part === "string")
    .join(" ");
}

// "2MO" is the second Monday, "-1FR" the last Friday.
function day(code: string | number): string {
  const [, place = "", letters = ""] = /^([+-]?\d+)?([A-Z]{2})$/.exec(String(code)) ?? [];
  const name = DAYS[letters] ?? String(code);
  if (place === "") return name;
  const at = Number(place);
  return at === -1 ? `the last ${name}` : `${name} no. ${at}`;
}
