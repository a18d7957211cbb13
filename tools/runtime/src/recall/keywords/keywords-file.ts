// This file writes and reads keywords.bin: which passages hold which word how often.
import { compareCodeUnits, concatBytes, fromUtf8, utf8 } from "@kolm/format";
import { malformed } from "../malformed.ts";
import { readVarints, type VarintReader, writeVarints } from "../varints.ts";
import { analyse, type Language } from "./analyse.ts";

/** Words of each passage and, by word, the passages it stands in. */
export type Keywords = {
  readonly lengths: Uint32Array;
  /** Place of each word in `starts`. */
  readonly words: ReadonlyMap<string, number>;
  /** Postings of word w: rows[starts[w]] up to rows[starts[w + 1]], ascending, and how often the word stands there. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  readonly counts: Uint32Array;
};

const HEADER = 16;

/** keywords.bin over one text a payload line, in order: u32le passages, words, postings, bytes of numbers; LEB128; the words. */
export function packKeywords(texts: readonly string[], language: Language): Uint8Array {
  const lengths: number[] = [];
  const postings = new Map<string, Map<number, number>>();
  for (const [row, text] of texts.entries()) {
    const words = analyse(text, language);
    lengths.push(words.length);
    for (const word of words) {
      const rows = postings.get(word) ?? new Map<number, number>();
      postings.set(word, rows.set(row, (rows.get(row) ?? 0) + 1));
    }
  }
  const words = [...postings.keys()].sort(compareCodeUnits);
  const numbers = writeVarints(numbersOf(lengths, words, postings));
  const header = new DataView(new ArrayBuffer(HEADER));
  const total = words.reduce((sum, word) => sum + (postings.get(word)?.size ?? 0), 0);
  for (const [at, value] of [texts.length, words.length, total, numbers.length].entries())
    header.setUint32(4 * at, value, true);
  return concatBytes(new Uint8Array(header.buffer), numbers, utf8(words.join("\n")));
}

function* numbersOf(
  lengths: readonly number[],
  words: readonly string[],
  postings: ReadonlyMap<string, ReadonlyMap<number, number>>,
): Generator<number> {
  yield* lengths;
  for (const word of words) {
    const rows = postings.get(word) ?? new Map<number, number>();
    yield rows.size;
    let last = -1;
    for (const [row, count] of rows) {
      yield row - last - 1;
      yield count - 1;
      last = row;
    }
  }
}

/** KolmError RECALL_MALFORMED says what is wrong where. */
export function readKeywords(bytes: Uint8Array, expected: { readonly file: string; readonly count: number }): Keywords {
  const { file } = expected;
  if (bytes.length < HEADER) throw malformed(`${file} has ${bytes.length} bytes, its header alone has ${HEADER}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [count = 0, size = 0, total = 0, numbers = 0] = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
  if (count !== expected.count) throw malformed(`${file} covers ${count} payloads, index.json says ${expected.count}`);
  // A length, a word and either half of a posting take a byte or more, so that lying counts never make large arrays.
  if (HEADER + numbers > bytes.length || count + size + 2 * total > numbers)
    throw malformed(`${file} is too short for ${size} words in ${count} payloads`);
  const reader = readVarints(bytes.subarray(0, HEADER + numbers), { file, from: HEADER });
  const lengths = Uint32Array.from({ length: count }, () => reader.next(0xffff_ffff));
  const postings = readPostings(reader, { size, total, lengths, file });
  return { lengths, ...postings, words: readWords(bytes.subarray(HEADER + numbers), { size, file }) };
}

type Sizes = {
  readonly size: number;
  readonly total: number;
  readonly lengths: Uint32Array;
  readonly file: string;
};

function readPostings(
  reader: VarintReader,
  { size, total, lengths, file }: Sizes,
): Pick<Keywords, "starts" | "rows" | "counts"> {
  const starts = new Uint32Array(size + 1);
  const rows = new Uint32Array(total);
  const counts = new Uint32Array(total);
  let at = 0;
  for (let word = 0; word < size; word++) {
    const end = at + reader.next(total - at);
    for (let row = -1; at < end; at++) {
      row += 1 + reader.next(lengths.length - row - 2);
      rows[at] = row;
      counts[at] = 1 + reader.next((lengths[row] ?? 0) - 1);
    }
    starts[word + 1] = end;
  }
  if (at !== total || reader.at !== reader.end)
    throw malformed(`${file} holds ${at} postings up to byte ${reader.at}, not ${total} up to ${reader.end}`);
  return { starts, rows, counts };
}

function readWords(
  bytes: Uint8Array,
  { size, file }: { readonly size: number; readonly file: string },
): Map<string, number> {
  const text = fromUtf8(bytes);
  const words = text === undefined || text === "" ? [] : text.split("\n");
  const isAscending = words.every((word, at) => at === 0 || compareCodeUnits(words[at - 1] ?? "", word) < 0);
  if (words.length !== size || !isAscending)
    throw malformed(
      `${file} lists ${words.length} words${isAscending ? "" : ", not in order"}; its header says ${size}`,
    );
  return new Map(words.map((word, at) => [word, at]));
}
