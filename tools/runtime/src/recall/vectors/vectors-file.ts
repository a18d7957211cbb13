// This file writes the vectors of a space, and which payload line each belongs to.
import { KolmError } from "@kolm/format";
import { halfOf } from "./half.ts";

export type VectorType = "f32" | "f16" | "int8";

/** Largest code of an int8 vector; its scale makes the largest number this. */
const LARGEST = 127;

/** Bytes that `count` vectors take. */
export function vectorBytes(
  type: VectorType,
  { count, dims }: { readonly count: number; readonly dims: number },
): number {
  return { f32: 4 * count * dims, f16: 2 * count * dims, int8: 4 * count + count * dims }[type];
}

/** Vectors one after the other, little-endian; int8: first a float32 scale a vector, then the codes. KolmError VECTOR_INVALID. */
export function packVectors(vectors: readonly Float32Array[], type: VectorType): Uint8Array {
  const dims = vectors[0]?.length ?? 0;
  const bytes = new Uint8Array(vectorBytes(type, { count: vectors.length, dims }));
  const view = new DataView(bytes.buffer);
  for (const [row, vector] of vectors.entries()) {
    if (vector.length !== dims) throw invalid(row, `has ${vector.length} numbers, the first one has ${dims}`);
    if (!vector.every(Number.isFinite)) throw invalid(row, "has a number that is not finite");
    PACK[type](vector, { view, row, count: vectors.length });
  }
  return bytes;
}

type Place = { readonly view: DataView; readonly row: number; readonly count: number };

const PACK: Readonly<Record<VectorType, (vector: Float32Array, place: Place) => void>> = {
  f32: (vector, { view, row }) => {
    for (let at = 0; at < vector.length; at++) view.setFloat32(4 * (row * vector.length + at), vector[at] ?? 0, true);
  },
  f16: (vector, { view, row }) => {
    for (let at = 0; at < vector.length; at++)
      view.setUint16(2 * (row * vector.length + at), halfOf(vector[at] ?? 0), true);
  },
  int8: (vector, { view, row, count }) => {
    const { scale, codes } = codesOf(vector);
    view.setFloat32(4 * row, scale, true);
    for (let at = 0; at < vector.length; at++) view.setInt8(4 * count + row * vector.length + at, codes[at] ?? 0);
  },
};

/** Whole numbers in ±127 that times the scale, a float32, are nearest to the vector's numbers. */
export function codesOf(vector: Float32Array): { readonly scale: number; readonly codes: Int8Array } {
  let largest = 0;
  for (let at = 0; at < vector.length; at++) largest = Math.max(largest, Math.abs(vector[at] ?? 0));
  const scale = Math.fround(largest / LARGEST);
  const codes = new Int8Array(vector.length);
  if (scale === 0) return { scale, codes };
  for (let at = 0; at < vector.length; at++)
    codes[at] = Math.max(-LARGEST, Math.min(LARGEST, Math.round((vector[at] ?? 0) / scale)));
  return { scale, codes };
}

/** u32 little-endian: the payload line of vector i. */
export function packRows(rows: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * rows.length);
  const view = new DataView(bytes.buffer);
  for (const [at, row] of rows.entries()) view.setUint32(4 * at, row, true);
  return bytes;
}

function invalid(row: number, detail: string): KolmError {
  return new KolmError("VECTOR_INVALID", `vector ${row} of the index ${detail}`, {
    hint: "The encoder must give finite vectors of one length; look at the text or picture it was given.",
  });
}
