// This file is what a value grammar must be told where a text can be read in several ways (SPEC.md §8).

/** Absent settings leave such texts without a value. */
export type Settings = {
  /** Order of day and month in dates of numbers. */
  readonly order?: "dmy" | "mdy" | undefined;
  /** First year of the hundred that years of two digits fall in. */
  readonly century?: number | undefined;
  /** The decimal mark where it is not the point; the point then groups. */
  readonly point?: "," | undefined;
  /** Two-letter region (ISO 3166) of national phone numbers and of currency signs that several countries share. */
  readonly region?: string | undefined;
  /** Hours without am or pm are of the 24-hour clock. */
  readonly clock?: 24 | undefined;
  /** The day (ISO 8601), perhaps with a time, that relative dates count from. */
  readonly reference?: string | undefined;
  /** Which of the days that come again is meant ("Friday", "5 March"): the last before the reference, or the first from it on. */
  readonly lean?: "past" | "future" | undefined;
};
