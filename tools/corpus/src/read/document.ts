// This file defines what every reader makes of a file: texts cut into titled sections, pictures, sounds.

/** Facts beside a text, to filter by: page, row, line, message, date … */
export type Meta = Readonly<Record<string, string | number | boolean>>;

/** A piece of the text, UTF-16 offsets, end exclusive. */
export type Range = { readonly start: number; readonly end: number };

/** A section's title is its path of headings, outermost first, joined by " > ". */
export type Section = Range & { readonly title: string; readonly meta?: Meta };

/**
 * The text of a corpus file, or one of the texts of a streamed file, which then begins at UTF-16 offset base of all its text.
 * For text files the text is the decoded file without its byte order mark; for others what the reader made of it.
 */
export type Document = {
  readonly path: string;
  readonly text: string;
  readonly sections: readonly Section[];
  /** Absent: 0. */
  readonly base?: number;
  readonly meta?: Meta;
};

/** A picture as RGBA of 8 bits, rows from the top, upright; sha256 is of the file's bytes. */
export type Picture = {
  readonly path: string;
  readonly title: string;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  readonly meta: Meta;
};

/** A sound as mono samples in −1…1, sampleRate of them a second; sha256 is of the file's bytes. */
export type Sound = {
  readonly path: string;
  readonly title: string;
  readonly sha256: string;
  readonly sampleRate: number;
  readonly samples: Float32Array;
  readonly meta: Meta;
};

export type Found =
  | ({ readonly kind: "text" } & Document)
  | ({ readonly kind: "image" } & Picture)
  | ({ readonly kind: "audio" } & Sound);

/** The file's name in words: "docs/late_delivery-faq.md" → "late delivery faq". */
export function nameInWords(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return (dot > 0 ? name.slice(0, dot) : name).replace(/[-_]+/g, " ").trim();
}
