// This file says what the value language's canonical times mean in the library's terms: values, starts and ends.

/** What the library gives for one reading. */
export type Fields = Readonly<Record<string, string>>;

/** Fields and type of a canonical time; undefined where the library has no such. */
export function fieldsOf(kind: string, canonical: string): Fields | undefined {
  if (kind === "date") return { type: "date", value: canonical };
  if (kind === "time") return { type: "time", value: withSeconds(canonical) };
  if (kind === "datetime") return { type: "datetime", value: withSeconds(canonical).replace("T", " ") };
  if (kind === "duration") return { type: "duration", timex: canonical };
  if (kind === "repeat") return { type: "set", timex: timexOf(canonical) ?? "?" };
  return kind === "period" ? periodOf(canonical) : undefined;
}

/** The same time twelve hours on, as the library reads an hour of an open half of the day. */
export function otherHalf(canonical: string): string {
  return canonical.replaceAll(/(?<=^|T|\/|[<>]=?)([0-9]{2})(?=:[0-9]{2})/g, (hour) =>
    String((Number(hour) + 12) % 24).padStart(2, "0"),
  );
}

/** Hours of a day's parts, as the library counts them. */
const PARTS: Readonly<Record<string, readonly [start: string, end: string]>> = {
  MO: ["08:00:00", "12:00:00"],
  AF: ["12:00:00", "16:00:00"],
  EV: ["16:00:00", "20:00:00"],
  NI: ["20:00:00", "23:59:59"],
};

function periodOf(canonical: string): Fields | undefined {
  const bound = /^(<=?|>=?)(.*)$/.exec(canonical);
  if (bound !== null) return boundOf(bound[1] ?? "", bound[2] ?? "");
  const [from = "", to] = canonical.split("/");
  const type = typeOf(from);
  const [start, own] = extent(from);
  const [end] = to === undefined ? [own] : extent(to);
  return start === undefined || end === undefined ? undefined : { type, start, end };
}

function boundOf(relation: string, canonical: string): Fields | undefined {
  const [start, end] = extent(canonical);
  if (start === undefined || end === undefined) return undefined;
  const type = typeOf(canonical);
  if (relation === ">") return { type, start: isPoint(canonical) ? start : end };
  if (relation === ">=") return { type, start };
  return { type, end: relation === "<" || isPoint(canonical) ? start : end };
}

function typeOf(canonical: string): string {
  if (/^(?:T|[0-9]{2}:)/.test(canonical)) return "timerange";
  return canonical.includes("T") ? "datetimerange" : "daterange";
}

function isPoint(canonical: string): boolean {
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(canonical) || canonical.includes(":");
}

type Extent = readonly [start: string | undefined, end: string | undefined];

// Where one canonical stretch or point starts and ends.
function extent(canonical: string): Extent {
  const part = /^(.*)T(MO|AF|EV|NI)$/.exec(canonical);
  if (part !== null) {
    const hours = PARTS[part[2] ?? ""] ?? ["", ""];
    const day = part[1] === "" ? "" : `${part[1]} `;
    return [day + hours[0], day + hours[1]];
  }
  if (canonical.includes(":")) {
    const text = withSeconds(canonical).replace("T", " ");
    return [text, text];
  }
  return dayExtent(canonical) ?? [undefined, undefined];
}

function dayExtent(canonical: string): Extent | undefined {
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(canonical)) return [canonical, canonical];
  const week = /^([0-9]{4})-W([0-9]{2})(-WE)?$/.exec(canonical);
  if (week !== null) {
    const monday = mondayOf(Number(week[1]), Number(week[2]));
    return week[3] === undefined ? [iso(monday), iso(monday + 7)] : [iso(monday + 5), iso(monday + 7)];
  }
  const months = monthsOf(canonical);
  if (months === undefined) return undefined;
  const [first, count] = months;
  return [firstOf(first), firstOf(first + count)];
}

// First month, counted from year 0, and how many.
function monthsOf(canonical: string): readonly [first: number, count: number] | undefined {
  const parts = /^([0-9]{2,4})(X{1,2})?(?:-([QH])?([0-9]{1,2}))?$/.exec(canonical);
  if (parts === null) return undefined;
  const unknown = parts[2]?.length ?? 0;
  const year = Number(parts[1]) * 10 ** unknown;
  if (parts[4] === undefined) return [year * 12, 12 * 10 ** unknown];
  const number = Number(parts[4]) - 1;
  const size = parts[3] === "Q" ? 3 : parts[3] === "H" ? 6 : 1;
  return [year * 12 + number * size, size];
}

function firstOf(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}-01`;
}

const DAY = 86_400_000;

function mondayOf(year: number, week: number): number {
  const fourth = Date.UTC(year, 0, 4) / DAY;
  return fourth - ((new Date(fourth * DAY).getUTCDay() + 6) % 7) + 7 * (week - 1);
}

function iso(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

function withSeconds(clock: string): string {
  return /[0-9]{2}:[0-9]{2}:[0-9]{2}$/.test(clock) ? clock : `${clock}:00`;
}

const LETTERS: Readonly<Record<string, string>> = {
  MINUTELY: "PT1M",
  HOURLY: "PT1H",
  DAILY: "P1D",
  WEEKLY: "P1W",
  MONTHLY: "P1M",
  YEARLY: "P1Y",
};
const DAYS = "MO TU WE TH FR SA SU".split(" ");

// A recurrence rule as the library writes sets.
function timexOf(rule: string): string | undefined {
  const parts = new Map(rule.split(";").map((part) => part.split("=") as [string, string])); // "NAME=value" each
  const every = LETTERS[parts.get("FREQ") ?? ""];
  const count = Number(parts.get("INTERVAL") ?? 1);
  const hour = parts.get("BYHOUR");
  const minute = parts.get("BYMINUTE") ?? "0";
  const clock =
    hour === undefined ? "" : `T${hour.padStart(2, "0")}${minute === "0" ? "" : `:${minute.padStart(2, "0")}`}`;
  const days = parts.get("BYDAY");
  if (days === "SA,SU") return clock === "" ? "XXXX-WXX-WE" : undefined;
  if (days === "MO,TU,WE,TH,FR") return clock === "" ? "P1WD" : undefined;
  if (days !== undefined) return count === 1 ? `XXXX-WXX-${DAYS.indexOf(days) + 1}${clock}` : undefined;
  if (clock !== "") return rule.startsWith("FREQ=DAILY") && count === 1 ? clock : undefined;
  if (every === "P1M" && count === 6) return "P0.5Y";
  return every?.replace("1", String(count));
}
