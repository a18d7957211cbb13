// This file shows how a calendar becomes a section an event, with its repetition in words.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAll, readText, sectionsOf } from "./fixtures.ts";

const event = (...lines: string[]): string => ["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n");
const calendar = (...events: string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", ...events, "END:VCALENDAR", ""].join("\r\n");
const repeats = async (rule: string): Promise<string | undefined> => {
  const { text } = await readText("a.ics", calendar(event("DTSTART:20240301T093000Z", "SUMMARY:x", `RRULE:${rule}`)));
  return /^Repeats: (.*)$/m.exec(text)?.[1];
};

describe("a calendar", () => {
  it("is a section an event: what, when, where, with whom, and the description", async () => {
    const meeting = event(
      "UID:1@x",
      "DTSTART;TZID=Europe/Berlin:20240301T093000",
      "DTEND;TZID=Europe/Berlin:20240301T103000",
      "SUMMARY:Team meeting\\, weekly",
      "LOCATION:Room 1",
      "ORGANIZER;CN=Bob:mailto:bob@x.org",
      "ATTENDEE:mailto:ann@x.org",
      "DESCRIPTION:Bring a very long line of numbers that is folded over the en",
      " d\\nand thoughts",
    );
    const holiday = event("DTSTART;VALUE=DATE:20241003", "SUMMARY:Holiday");
    const document = await readText("team_dates.ics", calendar(meeting, holiday));
    const text = [
      "Team meeting, weekly",
      "When: 2024-03-01 09:30 Europe/Berlin to 2024-03-01 10:30 Europe/Berlin",
      "Where: Room 1",
      "With: Bob, ann@x.org",
      "Bring a very long line of numbers that is folded over the end\nand thoughts",
    ];
    assert.deepEqual(sectionsOf(document), [
      ["Team meeting, weekly", text.join("\n")],
      ["Holiday", "Holiday\nWhen: 2024-10-03"],
    ]);
    assert.deepEqual(document.sections[0]?.meta, {
      start: "2024-03-01 09:30 Europe/Berlin",
      end: "2024-03-01 10:30 Europe/Berlin",
      location: "Room 1",
      uid: "1@x",
    });
  });

  it("says how an event repeats and expands nothing", async () => {
    assert.equal(await repeats("FREQ=DAILY"), "every day");
    assert.equal(
      await repeats("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10"),
      "every 2 weeks on Monday, Wednesday 10 times",
    );
    assert.equal(
      await repeats("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20241231"),
      "every month on the last Friday until 2024-12-31",
    );
    assert.equal(await repeats("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1"), "every year on day 1 in May");
    assert.equal(await repeats("FREQ=SECONDLY;COUNT=999999999"), "every second 999999999 times");
  });

  it("that is broken or empty is refused", async () => {
    const cases: [string, RegExp][] = [
      ["hello", /does not begin with BEGIN:VCALENDAR/],
      [calendar(), /holds no event/],
      [calendar(event("SUMM")), /no whole calendar: invalid line/],
      [calendar(event("SUMMARY:x")).replace("END:VCALENDAR\r\n", ""), /no whole calendar/],
    ];
    for (const [text, message] of cases) {
      await assert.rejects(readAll("a.ics", text), { code: "CORPUS_UNREADABLE", message, place: { file: "a.ics" } });
    }
  });
});
