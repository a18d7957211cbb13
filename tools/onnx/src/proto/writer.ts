// This file writes the protobuf wire format; large payloads are kept by reference until the one final copy.
import { encodeText } from "./text.ts";
import { WIRE } from "./reader.ts";

/** One protobuf message being written, fields in the order of the calls. */
export class Writer {
  #parts: Uint8Array[] = [];
  #length = 0;

  integer(field: number, value: number | bigint): void {
    this.#key(field, WIRE.varint);
    this.#varint(BigInt(value));
  }

  float(field: number, value: number): void {
    this.#key(field, WIRE.fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#push(bytes);
  }

  text(field: number, value: string): void {
    this.payload(field, encodeText(value));
  }

  payload(field: number, bytes: Uint8Array): void {
    this.#key(field, WIRE.bytes);
    this.#varint(BigInt(bytes.length));
    this.#push(bytes);
  }

  message(field: number, write: (message: Writer) => void): void {
    const inner = new Writer();
    write(inner);
    this.#key(field, WIRE.bytes);
    this.#varint(BigInt(inner.#length));
    for (const part of inner.#parts) this.#push(part);
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }

  #key(field: number, wire: number): void {
    this.#varint(BigInt(field * 8 + wire));
  }

  #varint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    const bytes: number[] = [];
    while (rest >= 0x80n) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#push(Uint8Array.from(bytes));
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}
