// This file settles days that come again (a weekday, a day without its year) by the moment they are told at (SPEC.md §8.4).
import type { Settings } from "../settings.ts";
import { dayNumber } from "../../time/moment.ts";
import { after, type Day, dayOf, dayOfIso, weekday } from "./day.ts";

/** The moment a text is told at. */
export type Reference = { readonly day: Day; readonly seconds: number; readonly timed: boolean };

/** The reference of the settings; undefined where there is none, or no date. */
export function referenceOf({ reference }: Settings): Reference | undefined {
  const day = reference === undefined ? undefined : dayOfIso(reference);
  if (day === undefined) return undefined;
  const clock = /T([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?/.exec(reference ?? "");
  const [hours = 0, minutes = 0, seconds = 0] = (clock ?? []).slice(1).map((part) => Number(part ?? 0));
  return { day, seconds: hours * 3600 + minutes * 60 + seconds, timed: clock !== null };
}

/** Of days in order, the last that began before the reference, or the first that did not; undefined where `lean` is not told. */
export function leaning(days: readonly Day[], settings: Settings): Day | undefined {
  const reference = referenceOf(settings);
  if (reference === undefined || settings.lean === undefined) return undefined;
  const isPast = (day: Day): boolean => {
    const apart = countOf(day) - countOf(reference.day);
    return apart < 0 || (apart === 0 && reference.seconds > 0);
  };
  return settings.lean === "past" ? days.filter(isPast).at(-1) : days.find((day) => !isPast(day));
}

/** Every such day of the year near the reference. */
export function yearly(month: number, date: number, { day }: Reference): readonly Day[] {
  return around(day.year, 8, (year) => dayOf(year, month, date));
}

/** Every such day of the month near the reference, of one weekday if it is told. */
export function monthly(date: number, { day }: Reference, only?: number): readonly Day[] {
  return around(day.year * 12 + day.month - 1, only === undefined ? 3 : 84, (month) => {
    const found = dayOf(Math.floor(month / 12), (month % 12) + 1, date);
    return found !== undefined && (only === undefined || weekday(found) === only) ? found : undefined;
  });
}

/** The weekday in the weeks beside the reference. */
export function weekly(name: number, { day }: Reference): readonly Day[] {
  const inWeek = ((name + 6) % 7) - ((weekday(day) + 6) % 7);
  return [inWeek - 7, inWeek, inWeek + 7].flatMap((count) => after(day, count, "D") ?? []);
}

/** Days since a fixed one. */
export function countOf({ year, month, day }: Day): number {
  return dayNumber(year, month, day);
}

function around(middle: number, reach: number, day: (step: number) => Day | undefined): readonly Day[] {
  return Array.from({ length: 2 * reach + 1 }, (_, index) => day(middle - reach + index) ?? []).flat();
}
