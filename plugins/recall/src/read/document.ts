// This file defines what every reader makes of a file: its text, cut into titled sections.

/** A piece of the text, UTF-16 offsets, end exclusive. */
export type Range = { readonly start: number; readonly end: number };

/** A section's title is its path of headings, outermost first, joined by " > ". */
export type Section = Range & { readonly title: string };

/** One corpus file; offsets count in text, which is the file without its byte order mark. */
export type Document = { readonly path: string; readonly text: string; readonly sections: readonly Section[] };

/** The file's name in words: "docs/late_delivery-faq.md" → "late delivery faq". */
export function nameInWords(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return (dot > 0 ? name.slice(0, dot) : name).replace(/[-_]+/g, " ").trim();
}
