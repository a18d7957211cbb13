// This file reads the vectors of a space: any row as numbers, in whichever of the three types they were written.
import { malformed } from "../malformed.ts";
import { numberOfHalf } from "./half.ts";
import { codesOf, vectorBytes, type VectorType } from "./vectors-file.ts";

/** Vectors by number. */
export interface Numbers {
  /** Writes the dims numbers of a row to the start of the target. */
  fill(row: number, target: Float32Array): void;
  /** Writes its codes, in ±127, to the start of the target; gives the scale that makes them the numbers again, or nearly. */
  fillCodes(row: number, target: Int8Array): number;
}

type Expected = {
  readonly file: string;
  readonly type: VectorType;
  readonly count: number;
  readonly dims: number;
};

/** KolmError RECALL_MALFORMED for another number of bytes, numbers that are not finite, or vectors that are too long. */
export function readNumbers(bytes: Uint8Array, expected: Expected): Numbers {
  const size = vectorBytes(expected.type, expected);
  if (bytes.length !== size) throw malformed(`${expected.file} has ${bytes.length} bytes, ${size} are needed`);
  // Views need aligned memory.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const numbers = OPEN[expected.type](aligned, expected);
  checkLengths(numbers, expected);
  return numbers;
}

type Sizes = { readonly count: number; readonly dims: number };

const OPEN: Readonly<Record<VectorType, (bytes: Uint8Array, sizes: Sizes) => Numbers>> = {
  f32: (bytes, { dims }) => {
    const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return coded(dims, (row, target) => target.set(all.subarray(row * dims, (row + 1) * dims)));
  },
  f16: (bytes, { dims }) => {
    const all = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    const values = halves();
    return coded(dims, (row, target) => {
      for (let at = 0; at < dims; at++) target[at] = values[all[row * dims + at] ?? 0] ?? 0;
    });
  },
  int8: (bytes, { count, dims }) => {
    const scales = new Float32Array(bytes.buffer, bytes.byteOffset, count);
    const codes = new Int8Array(bytes.buffer, bytes.byteOffset + 4 * count, count * dims);
    return {
      fill: (row, target) => {
        const scale = scales[row] ?? 0;
        for (let at = 0; at < dims; at++) target[at] = scale * (codes[row * dims + at] ?? 0);
      },
      fillCodes: (row, target) => {
        target.set(codes.subarray(row * dims, (row + 1) * dims));
        return scales[row] ?? 0;
      },
    };
  },
};

function coded(dims: number, fill: Numbers["fill"]): Numbers {
  const row32 = new Float32Array(dims);
  return {
    fill,
    fillCodes: (row, target) => {
      fill(row, row32);
      const { scale, codes } = codesOf(row32);
      target.set(codes);
      return scale;
    },
  };
}

let table: Float32Array | undefined;
const halves = (): Float32Array => (table ??= Float32Array.from({ length: 65_536 }, (_, half) => numberOfHalf(half)));

/** Rounding lengthens a unit vector a little: by up to half a scale a number where codes have eight bits. */
const LONGEST: Readonly<Record<VectorType, number>> = { f32: 1.01, f16: 1.01, int8: 1.05 };

function checkLengths(numbers: Numbers, { file, type, count, dims }: Expected): void {
  const vector = new Float32Array(dims);
  const most = LONGEST[type] * LONGEST[type];
  for (let row = 0; row < count; row++) {
    numbers.fill(row, vector);
    let sum = 0;
    for (let at = 0; at < dims; at++) sum += (vector[at] ?? 0) * (vector[at] ?? 0);
    if (!(sum <= most)) throw malformed(`vector ${row} of ${file} is of length ${Math.sqrt(sum)}, not 1`);
  }
}
