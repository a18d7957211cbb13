// This file makes the word form of a text: lower-case words between single spaces (SPEC.md §4).

/** The words of a text and their form " one two three "; a text without words has the form " ". */
export type Words = { readonly list: readonly string[]; readonly form: string };

/** Splits a text into lower-case words; an apostrophe inside a word stays, as "'". */
export function wordsOf(text: string): Words {
  const lower = text.toLowerCase();
  const list: string[] = [];
  let start = -1;
  let curled = false;
  for (let at = 0; at < lower.length; at++) {
    const unit = lower.charCodeAt(at);
    if (isWordUnit(unit)) {
      if (start < 0) start = at;
    } else if (start >= 0) {
      if ((unit === 0x27 || unit === 0x2019) && isWordUnit(lower.charCodeAt(at + 1))) {
        curled ||= unit === 0x2019;
      } else {
        list.push(lower.slice(start, at));
        start = -1;
      }
    }
  }
  if (start >= 0) list.push(lower.slice(start));
  const straight = curled ? list.map((word) => word.replaceAll("\u2019", "'")) : list;
  return { list: straight, form: straight.length === 0 ? " " : ` ${straight.join(" ")} ` };
}

/** 1 for a-z and 0-9. */
const ASCII = Uint8Array.from({ length: 0x80 }, (_, unit) =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) ? 1 : 0,
);

/** Whether a UTF-16 unit of a lower-cased text belongs to a word; fixed ranges, so that no Unicode version matters. */
function isWordUnit(unit: number): boolean {
  if (unit < 0x80) return ASCII[unit] === 1;
  if (unit < 0xc0 || unit === 0xd7 || unit === 0xf7) return false;
  if (unit >= 0x2000 && unit <= 0x2bff) return false;
  if (unit >= 0x3000 && unit <= 0x303f) return false;
  // The last range holds the byte order mark and full-width punctuation; NaN (past the end) falls through as false.
  return unit < 0xfe00 || (unit >= 0xff10 && unit <= 0xffdc);
}
