// This file lists what HTML's elements mean for text: which are left out, which break lines, which are headings.

/** Their content is no text of the page (WHATWG HTML §15.3.1 hides most of them; nav repeats on every page). */
export const LEFT_OUT: ReadonlySet<string> = new Set(
  "script style noscript template nav svg math canvas iframe object embed audio video select datalist dialog".split(
    " ",
  ),
);

/** Blocks, an empty line around each. */
export const PARAGRAPHS: ReadonlySet<string> = new Set(
  "address article aside blockquote body details dl fieldset figure footer form header hr main ol p pre section table ul".split(
    " ",
  ),
);

/** Blocks that begin on a line of their own. */
export const LINES: ReadonlySet<string> = new Set(
  "br caption dd div dt figcaption legend li option summary tbody tfoot thead tr".split(" "),
);

/** 1 to 6; undefined when the element is no heading. */
export function headingLevel(name: string): number | undefined {
  const level = /^h([1-6])$/.exec(name)?.[1];
  return level === undefined ? undefined : Number(level);
}

/** Hidden by its own attributes; style sheets are not applied. */
export function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  if (attributes["hidden"] !== undefined || attributes["aria-hidden"] === "true") return true;
  if (attributes["role"] === "navigation") return true;
  return /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes["style"] ?? "");
}
