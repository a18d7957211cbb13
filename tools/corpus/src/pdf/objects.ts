// This file refuses PDF files with many objects that do not end: to recover them the PDF library reads on to the end from each.
import { unreadable } from "../read/failure.ts";
import { find } from "./find.ts";

/** Objects without end times bytes, some seconds of work; a file that was cut short has one such object. */
const MOST_WORK = 200_000_000;
const FEW = 4;

/** Looks at "7 0 obj" and "endobj" (ISO 32000-1 §7.3.10), and at the brackets of objects defined a second time. */
export function refuseUnended(path: string, bytes: Uint8Array): void {
  const seen = new Set<string>();
  let unended = 0;
  let open = false;
  for (let at = find(bytes, "obj", 0); at !== -1; at = find(bytes, "obj", at + 3)) {
    if (find(bytes.subarray(Math.max(0, at - 3), at), "end", 0) === 0) {
      open = false;
      continue;
    }
    const [, name] = /(\d+\s+\d+)\s+$/.exec(String.fromCharCode(...bytes.subarray(Math.max(0, at - 20), at))) ?? [];
    if (name === undefined) continue;
    if (open || (seen.has(name) && !closes(bytes, at + 3))) unended += 1;
    open = true;
    seen.add(name);
    if (unended <= FEW || unended * bytes.length <= MOST_WORK) continue;
    const found = `the PDF is broken: more than ${unended - 1} of its objects do not end`;
    throw unreadable({ file: path }, found, "Print it to a new PDF.");
  }
}

// As many brackets of a kind close as open before the object's stream or end. Brackets inside strings may deceive, which costs
// a file nothing unless it has many such objects.
function closes(bytes: Uint8Array, from: number): boolean {
  const open = new Map<number, number>();
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const isWord = (byte === 0x65 || byte === 0x73) && (wordAt(bytes, at, "endobj") || wordAt(bytes, at, "stream"));
    if (isWord) return [...open.values()].every((count) => count === 0);
    const pair = PAIRS.get(byte);
    if (pair !== undefined) open.set(pair.kind, (open.get(pair.kind) ?? 0) + pair.step);
  }
  return false;
}

const PAIRS: ReadonlyMap<number, { readonly kind: number; readonly step: number }> = new Map(
  ["()", "<>", "[]"].flatMap((pair, kind) => [
    [pair.charCodeAt(0), { kind, step: 1 }],
    [pair.charCodeAt(1), { kind, step: -1 }],
  ]),
);

function wordAt(bytes: Uint8Array, at: number, word: string): boolean {
  for (let step = 0; step < word.length; step++) if (bytes[at + step] !== word.charCodeAt(step)) return false;
  return true;
}
