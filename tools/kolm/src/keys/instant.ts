// This file reads the instants people give, and the clock.
import { Instant, KolmError } from "@kolm/format";

/** Now, to the second. */
export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** `2027-01-31` (its first second) or `2027-01-31T12:00:00Z`; KolmError USAGE. */
export function readInstant(text: string, flag: string): string {
  const instant = Instant.safeParse(/^[0-9-]{10}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (instant.success) return instant.data;
  throw new KolmError("USAGE", `--${flag} takes a date or an instant in UTC, found ${JSON.stringify(text)}`, {
    hint: "For example 2027-01-31 or 2027-01-31T12:00:00Z.",
  });
}
