// This file reads calendars (iCalendar, RFC 5545): one section an event, repetition described, not expanded.
import ICAL from "ical.js";
import { type Document, type Meta, nameInWords, type Section } from "../read/document.ts";
import { reason, unreadable } from "../read/failure.ts";
import { repetition } from "./repetition.ts";

type Event = { readonly title: string; readonly text: string; readonly meta: Meta };

/** Events in the file's order; times are as written, in their own zone. */
export function readCalendar(path: string, text: string): Document {
  const events = parse(path, text).flatMap((calendar) => calendar.getAllSubcomponents("vevent"));
  if (events.length === 0) {
    throw unreadable({ file: path }, "it holds no event (VEVENT)", "Export the calendar again or take the file out.");
  }
  const parts: string[] = [];
  const sections: Section[] = [];
  let length = 0;
  for (const event of events) {
    const { title, text: part, meta } = describe(path, event);
    sections.push({ title, start: length, end: length + part.length, meta });
    parts.push(part, "\n\n");
    length += part.length + 2;
  }
  return { path, text: parts.join(""), sections };
}

function parse(path: string, text: string): ICAL.Component[] {
  const hint = "Export the calendar again or take the file out.";
  if (!/^\s*BEGIN:VCALENDAR/i.test(text))
    throw unreadable({ file: path }, "it does not begin with BEGIN:VCALENDAR", hint);
  try {
    // jCal: [name, properties, components], or a list of these when the file holds several calendars.
    const parsed: unknown = ICAL.parse(text);
    const calendars: unknown[] = Array.isArray(parsed) && typeof parsed[0] === "string" ? [parsed] : [parsed].flat(1);
    // The library types what it parses as any; Component takes exactly that.
    return calendars.map((calendar) => new ICAL.Component(calendar as [string, unknown[], unknown[]]));
  } catch (error) {
    throw unreadable({ file: path }, `it is no whole calendar: ${reason(error)}`, hint);
  }
}

function describe(path: string, event: ICAL.Component): Event {
  try {
    const start = time(event, "dtstart");
    const end = time(event, "dtend");
    const title = line(event, "summary") || nameInWords(path);
    const where = line(event, "location");
    const uid = line(event, "uid");
    const duration = line(event, "duration");
    const text = [
      title,
      start && `When: ${start}${end && end !== start ? ` to ${end}` : ""}${duration && `, for ${duration}`}`,
      where && `Where: ${where}`,
      ...event.getAllProperties("rrule").map((rule) => `Repeats: ${repetition(rule.getFirstValue())}`),
      line(event, "recurrence-id") && `Instead of: ${time(event, "recurrence-id")}`,
      people(event),
      String(event.getFirstPropertyValue("description") ?? "").trim(),
    ];
    const meta = {
      ...(start && { start }),
      ...(end && { end }),
      ...(where && { location: where }),
      ...(uid && { uid }),
    };
    return { title, text: text.filter((part) => part !== "").join("\n"), meta };
  } catch (error) {
    const found = `an event of it is broken: ${reason(error)}`;
    throw unreadable({ file: path }, found, "Correct the event or take the file out.");
  }
}

function line(event: ICAL.Component, name: string): string {
  return String(event.getFirstPropertyValue(name) ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

// "2024-03-01T09:30:00" → "2024-03-01 09:30 Europe/Berlin".
function time(event: ICAL.Component, name: string): string {
  const value = line(event, name);
  const zone = event.getFirstProperty(name)?.getFirstParameter("tzid") ?? "";
  const written = value.replace(
    /T(\d\d:\d\d)(?::00)?(Z?)$/,
    (_, clock: string, utc: string) => ` ${clock}${utc && " UTC"}`,
  );
  return zone === "" ? written : `${written} ${zone}`;
}

function people(event: ICAL.Component): string {
  const names = ["organizer", "attendee"].flatMap((name) =>
    event.getAllProperties(name).map((one) => {
      return one.getFirstParameter("cn") || String(one.getFirstValue() ?? "").replace(/^mailto:/i, "");
    }),
  );
  return names.length === 0 ? "" : `With: ${[...new Set(names)].join(", ")}`;
}
