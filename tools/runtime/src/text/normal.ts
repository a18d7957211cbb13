// This file says which stretch of a text each character of its normalised form came from.

/** The normalised text; unit i (UTF-16) came from text.slice(starts[i], ends[i]). Both lists never decrease. */
export type Normal = { readonly text: string; readonly starts: readonly number[]; readonly ends: readonly number[] };

/** Normalises piecewise where the normaliser allows it, so that every unit keeps its origin. */
export function normalWithOrigin(text: string, normalise: (text: string) => string): Normal {
  const whole = normalise(text);
  if (whole === text) return { text, starts: units(text, 0), ends: units(text, 1) };
  const pieces = clusters(text, normalise).map(({ start, end }) => ({
    start,
    end,
    form: normalise(text.slice(start, end)),
  }));
  const joined: Normal = {
    text: pieces.map((piece) => piece.form).join(""),
    starts: pieces.flatMap(({ start, end, form }) =>
      form === text.slice(start, end) ? units(form, start) : fill(form, start),
    ),
    ends: pieces.flatMap(({ start, end, form }) =>
      form === text.slice(start, end) ? units(form, start + 1) : fill(form, end),
    ),
  };
  return joined.text === whole ? joined : realign(whole, joined, text.length);
}

const units = (text: string, from: number): number[] => Array.from({ length: text.length }, (_, index) => from + index);
const fill = (text: string, place: number): number[] => Array.from({ length: text.length }, () => place);

type Cluster = { readonly start: number; end: number };

/** The finest cuts at which normalising the parts is normalising the whole: marks and conjoining letters stay with what they join. */
function clusters(text: string, normalise: (text: string) => string): Cluster[] {
  const found: Cluster[] = [];
  let start = 0;
  for (const letter of text) {
    const last = found.at(-1);
    if (last && joins(text.slice(last.start, last.end), letter, normalise)) last.end += letter.length;
    else found.push({ start, end: start + letter.length });
    start += letter.length;
  }
  return found;
}

const mark = /^\p{M}/u;

function joins(before: string, letter: string, normalise: (text: string) => string): boolean {
  // Nothing below U+0300 combines with what stands before it.
  if (letter < "\u0300") return false;
  if (mark.test(letter) || mark.test(normalise(letter))) return true;
  return normalise(before + letter) !== normalise(before) + normalise(letter);
}

/** A normaliser that looks across cuts (strips ends, folds runs of spaces) drops or adds blanks; everything else keeps its order. */
function realign(whole: string, joined: Normal, length: number): Normal {
  const starts: number[] = [];
  const ends: number[] = [];
  let from = 0;
  for (const unit of whole) {
    const added = isBlank(unit) && !isBlank(joined.text[from] ?? "");
    while (!added && !isBlank(unit) && isBlank(joined.text[from] ?? "")) from++;
    const start = joined.starts[from] ?? length;
    const end = added ? start : (joined.ends[from] ?? length);
    for (let part = 0; part < unit.length; part++) {
      starts.push(start);
      ends.push(end);
    }
    if (!added) from += unit.length;
  }
  return { text: whole, starts, ends };
}

const isBlank = (unit: string): boolean => unit === "▁" || /^\s$/u.test(unit);
