// This file reads the protobuf wire format with every length checked against the end of its message.
import { KolmError } from "@kolm/format";
import { decodeText } from "./text.ts";

/** Wire types of https://protobuf.dev/programming-guides/encoding/ that ONNX uses. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const WIRE_NAMES: Readonly<Record<number, string>> = { 0: "varint", 1: "fixed64", 2: "bytes", 5: "fixed32" };

export function malformed(message: string): KolmError {
  return new KolmError("ONNX_MALFORMED", `not a readable ONNX file: ${message}`, {
    hint: "Export the model again; the file may be cut short or of another format.",
  });
}

/** A cursor over one protobuf message; next() moves to the next field, the value readers consume its payload. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  field = 0;
  #wire = 0;
  #offset: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#offset = start;
    this.end = end;
  }

  next(): boolean {
    if (this.#offset >= this.end) return false;
    const key = this.#unsigned();
    this.field = Number(key >> 3n);
    this.#wire = Number(key & 7n);
    if (this.field < 1 || this.field > 0x1fffffff)
      throw malformed(`field number ${this.field} at byte ${this.#offset}`);
    return true;
  }

  /** A signed 64-bit integer as a number; unsafe sizes are refused. */
  integer(): number {
    const value = Number(this.bigint());
    if (!Number.isSafeInteger(value)) throw malformed(`integer beyond 2^53 at byte ${this.#offset}`);
    return value;
  }

  bigint(): bigint {
    this.#expect(WIRE.varint);
    return BigInt.asIntN(64, this.#unsigned());
  }

  float(): number {
    this.#expect(WIRE.fixed32);
    const start = this.#take(4);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, 4).getFloat32(0, true);
  }

  /** A view, not a copy. */
  payload(): Uint8Array {
    const { start, end } = this.#range();
    return this.bytes.subarray(start, end);
  }

  text(): string {
    return decodeText(this.payload(), "ONNX_MALFORMED");
  }

  message(): Reader {
    const { start, end } = this.#range();
    return new Reader(this.bytes, start, end);
  }

  /** One varint, or a packed run of them: both encodings are legal for a repeated field. */
  bigints(): bigint[] {
    if (this.#wire === WIRE.varint) return [this.bigint()];
    const run = this.message();
    const values: bigint[] = [];
    while (run.#offset < run.end) values.push(BigInt.asIntN(64, run.#unsigned()));
    return values;
  }

  /** Raw little-endian bytes of one fixed-width value, or of a packed run of them. */
  fixed(width: 4 | 8): Uint8Array {
    if (this.#wire === WIRE.bytes) {
      const run = this.payload();
      if (run.length % width !== 0) throw malformed(`packed run of ${run.length} bytes is no multiple of ${width}`);
      return run;
    }
    this.#expect(width === 4 ? WIRE.fixed32 : WIRE.fixed64);
    const start = this.#take(width);
    return this.bytes.subarray(start, start + width);
  }

  /** Skips the value and tells its length in bytes; 0 for a number. */
  measure(): number {
    if (this.#wire === WIRE.bytes) {
      const { start, end } = this.#range();
      return end - start;
    }
    this.skip();
    return 0;
  }

  skip(): void {
    if (this.#wire === WIRE.varint) this.#unsigned();
    else if (this.#wire === WIRE.bytes) this.#range();
    else if (this.#wire === WIRE.fixed32) this.#take(4);
    else if (this.#wire === WIRE.fixed64) this.#take(8);
    else throw malformed(`wire type ${this.#wire} at byte ${this.#offset}`);
  }

  #range(): { start: number; end: number } {
    this.#expect(WIRE.bytes);
    const length = this.#unsigned();
    if (length > BigInt(this.end - this.#offset)) {
      throw malformed(
        `field ${this.field} claims ${length} bytes, ${this.end - this.#offset} are left at byte ${this.#offset}`,
      );
    }
    const start = this.#take(Number(length));
    return { start, end: this.#offset };
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length > this.end - start) throw malformed(`cut short at byte ${start}`);
    this.#offset = start + length;
    return start;
  }

  #unsigned(): bigint {
    let low = 0;
    for (let count = 0; count < 4; count++) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << (7 * count);
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value >= 1n << 64n) break;
        return value;
      }
    }
    throw malformed(`varint longer than 64 bits at byte ${this.#offset}`);
  }

  #byte(): number {
    if (this.#offset >= this.end) throw malformed(`cut short at byte ${this.#offset}`);
    return this.bytes[this.#offset++] ?? 0;
  }

  #expect(wire: number): void {
    if (this.#wire === wire) return;
    throw malformed(`field ${this.field} is ${WIRE_NAMES[this.#wire] ?? this.#wire}, expected ${WIRE_NAMES[wire]}`);
  }
}
