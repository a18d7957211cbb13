// This file checks dates, times and durations by properties: every written form of a day is that day.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseValue, showValue, spotValues } from "@kolm/recipe";
import fc from "fast-check";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

type Day = {
  readonly iso: string;
  readonly y: string;
  readonly m: number;
  readonly d: number;
  readonly weekday: number;
};

/** Days by the platform's own calendar, which the parser does not use. */
const day = fc
  .integer({ min: Date.UTC(1000, 0, 1) / 86_400_000, max: Date.UTC(2999, 11, 31) / 86_400_000 })
  .map((days): Day => {
    const date = new Date(days * 86_400_000);
    const iso = date.toISOString().slice(0, 10);
    return { iso, y: iso.slice(0, 4), m: date.getUTCMonth() + 1, d: date.getUTCDate(), weekday: date.getUTCDay() };
  });
const suffix = (d: number): string =>
  d > 10 && d < 14 ? "th" : d % 10 === 1 ? "st" : d % 10 === 2 ? "nd" : d % 10 === 3 ? "rd" : "th";

const FORMS: readonly ((day: Day) => string)[] = [
  ({ iso }) => iso,
  ({ y, m, d }) => `${y}/${m}/${d}`,
  ({ y, m, d }) => `${d} ${MONTHS[m - 1]} ${y}`,
  ({ y, m, d }) => `${d}${suffix(d)} of ${MONTHS[m - 1]}, ${y}`,
  ({ y, m, d }) => `${MONTHS[m - 1]} ${d}, ${y}`,
  ({ y, m, d }) => `${MONTHS[m - 1]?.slice(0, 3).toUpperCase()} ${d}${suffix(d)} ${y}`,
  ({ y, m, d }) => `${d}-${MONTHS[m - 1]?.slice(0, 3)}-${y}`,
  ({ y, m, d, weekday }) => `${WEEKDAYS[weekday]}, ${MONTHS[m - 1]} ${d}, ${y}`,
  ({ iso }) => `${iso}T09:30:00Z`,
];

test("every written form of a day is that day, alone and in a sentence", () => {
  fc.assert(
    fc.property(day, fc.constantFrom(...FORMS), (date, form) => {
      const text = form(date);
      assert.equal(parseValue(text, "date"), date.iso, text);
      const spotted = spotValues(`It is due (${text}) at the latest.`, "date");
      assert.deepEqual(
        spotted.map(({ start, end, value }) => [start, end, value]),
        [[11, 11 + text.length, date.iso]],
      );
    }),
  );
});

test("numbers follow the stated order, and are left alone without one when both could be the month", () => {
  fc.assert(
    fc.property(day, ({ iso, y, m, d }) => {
      assert.equal(parseValue(`${d}/${m}/${y}`, "date", { order: "dmy" }), iso);
      assert.equal(parseValue(`${m}/${d}/${y}`, "date", { order: "mdy" }), iso);
      const bare = parseValue(`${d}.${m}.${y}`, "date");
      assert.equal(bare, d > 12 || d === m ? iso : undefined);
    }),
  );
});

test("a wrong weekday or a day the month lacks gives nothing", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 6 }), ({ y, m, d, weekday }, off) => {
      const other = WEEKDAYS[(weekday + off) % 7];
      assert.equal(parseValue(`${other}, ${d} ${MONTHS[m - 1]} ${y}`, "date"), undefined);
      const none = `${y}-${String(m).padStart(2, "0")}-${32 - (d % 2)}`;
      const exists = !Number.isNaN(Date.parse(none)) && new Date(none).toISOString().startsWith(none);
      assert.equal(parseValue(none, "date"), exists ? none : undefined);
    }),
  );
});

test("two-digit years fall in the stated hundred years", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1900, max: 2000 }), ({ m, d }, century) => {
      for (const year of [century, century + 41, century + 99]) {
        if (m === 2 && d === 29) continue;
        const text = `${d} ${MONTHS[m - 1]} '${String(year % 100).padStart(2, "0")}`;
        assert.equal(parseValue(text, "date", { century })?.slice(0, 4), String(year), text);
        assert.equal(parseValue(text, "date"), undefined);
      }
    }),
  );
});

test("counted days agree with the calendar", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 900 }), (date, count) => {
      const shifted = (by: number): string =>
        new Date(Date.parse(date.iso) + by * 86_400_000).toISOString().slice(0, 10);
      const settings = { reference: date.iso };
      assert.equal(parseValue(`${count} days ago`, "date", settings), shifted(-count));
      assert.equal(parseValue(`in ${count} weeks`, "date", settings), shifted(count * 7));
    }),
  );
});

test("last, this and next weekday have a value only where both readings agree", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 6 }), (date, weekday) => {
      const name = WEEKDAYS[weekday];
      const at = (by: number): string => new Date(Date.parse(date.iso) + by * 86_400_000).toISOString().slice(0, 10);
      const monday = -((date.weekday + 6) % 7);
      const inWeek = monday + ((weekday + 6) % 7);
      const nearest = ((weekday - date.weekday + 6) % 7) + 1;
      const before = ((weekday - date.weekday + 7) % 7) - 7;
      const settings = { reference: date.iso };
      assert.equal(parseValue(`next ${name}`, "date", settings), inWeek + 7 === nearest ? at(nearest) : undefined);
      assert.equal(parseValue(`last ${name}`, "date", settings), inWeek - 7 === before ? at(before) : undefined);
    }),
  );
});

test("a time of day is read in both clocks", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1439 }), (minutes) => {
      const hour = Math.floor(minutes / 60);
      const minute = String(minutes % 60).padStart(2, "0");
      const clock = `${String(hour).padStart(2, "0")}:${minute}`;
      assert.equal(parseValue(`${hour}:${minute}`, "time", { clock: 24 }), clock);
      const twelve = `${hour % 12 === 0 ? 12 : hour % 12}:${minute}`;
      assert.equal(parseValue(`${twelve} ${hour < 12 ? "a.m." : "p.m."}`, "time"), clock);
      assert.equal(parseValue(`5 May 2024 at ${twelve}${hour < 12 ? "AM" : "PM"}`, "datetime"), `2024-05-05T${clock}`);
    }),
  );
});

test("a duration is read back from words, and its seconds from its clock", () => {
  const part = fc.integer({ min: 1, max: 59 });
  fc.assert(
    fc.property(part, part, part, part, (d, h, m, s) => {
      const iso = `P${d}DT${h}H${m}M${s}S`;
      assert.equal(parseValue(iso, "duration"), iso);
      assert.equal(parseValue(showValue(iso, "duration", { form: "words" }) ?? "", "duration"), iso);
      assert.equal(parseValue(`${d} days, ${h} hrs, ${m} mins and ${s} secs`, "duration"), iso);
      assert.equal(showValue(iso, "duration", { form: "seconds" }), String(((d * 24 + h) * 60 + m) * 60 + s));
    }),
  );
});
