// This file defines what a side index knows of one file, and the bytes it is stored as.
import { concatBytes, fromUtf8, utf8 } from "@kolm/format";
import { z } from "zod";
import { RecallPayload } from "../recall/payload.ts";
import { packVectors } from "../recall/vectors/vectors-file.ts";
import { damaged } from "./failure.ts";

/** Vectors of one space; rows[i] is the passage, picture or sound of vector i. */
export type EntrySpace = {
  readonly name: string;
  /** Digest of the encoder that made them. */
  readonly encoder: string;
  readonly rows: readonly number[];
  readonly vectors: readonly Float32Array[];
};

const Passages = z.strictObject({
  version: z.literal(1),
  source: z.string().min(1),
  sha256: z.string(),
  size: z.int().min(0),
  /** Longest passage in tokens when it was cut. */
  limit: z.int().min(1),
  payloads: z.array(RecallPayload),
  /** What keyword search reads, one a payload. */
  words: z.array(z.string()),
});

const Spaces = z.strictObject({
  spaces: z.array(
    z.strictObject({
      name: z.string(),
      encoder: z.string(),
      dims: z.int().min(1).max(65_536),
      rows: z.array(z.int().min(0)),
    }),
  ),
});

/** A file of the user's: which bytes it had, its passages, and their vectors. */
export type Entry = Omit<z.infer<typeof Passages>, "version"> & { readonly spaces: readonly EntrySpace[] };

/** passages: JSON. vectors: u32le length of a JSON header, the header, then float32 numbers, little-endian. */
export function packEntry({ spaces, ...passages }: Entry): {
  readonly passages: Uint8Array;
  readonly vectors: Uint8Array;
} {
  const described = spaces.map(({ vectors, ...space }) => ({ ...space, dims: vectors[0]?.length ?? 1 }));
  const header = utf8(JSON.stringify({ spaces: described }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, header.length, true);
  const numbers = spaces.map(({ vectors }) => packVectors(vectors, "f32"));
  return {
    passages: utf8(JSON.stringify({ version: 1, ...passages })),
    vectors: concatBytes(length, header, ...numbers),
  };
}

/** KolmError SIDE_DAMAGED for bytes that packEntry did not write. */
export function readEntry(passages: Uint8Array, vectors: Uint8Array): Entry {
  const { version: _, ...known } = parsed(Passages, passages);
  if (known.words.length !== known.payloads.length) throw damaged(`${known.source} has words of other passages`);
  const spaces = readSpaces(vectors, known.source);
  for (const { rows } of spaces)
    if (rows.some((row) => row >= known.payloads.length)) throw damaged(`${known.source} has vectors of no passage`);
  return { ...known, spaces };
}

function readSpaces(bytes: Uint8Array, source: string): EntrySpace[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (bytes.length < 4 + length) throw damaged(`the vectors of ${source} are cut short`);
  let at = 4 + length;
  const spaces = parsed(Spaces, bytes.subarray(4, at)).spaces.map(({ dims, ...space }): EntrySpace => {
    if (bytes.length < at + 4 * dims * space.rows.length) throw damaged(`the vectors of ${source} are cut short`);
    const vectors = space.rows.map(() => {
      const vector = new Float32Array(dims);
      for (let column = 0; column < dims; column++, at += 4) vector[column] = view.getFloat32(at, true);
      return vector;
    });
    return { ...space, vectors };
  });
  if (at !== bytes.length) throw damaged(`the vectors of ${source} go on where they should end`);
  return spaces;
}

function parsed<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  const text = fromUtf8(bytes);
  try {
    const found = schema.safeParse(JSON.parse(text ?? ""));
    if (found.success) return found.data;
  } catch {
    // Said below.
  }
  throw damaged("a record is not of this version of kolm");
}
