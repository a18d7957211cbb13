// This file reads and writes safetensors files (https://github.com/huggingface/safetensors, format section), float32 only.
import { KolmError } from "@kolm/format";
import { decodeText, encodeText } from "./proto/text.ts";
import type { Weights } from "./student/weights.ts";
import { elementCount } from "./tensor.ts";

// u64 little-endian header length N │ N bytes of JSON, padded with spaces to 8 │ tensor bytes in header order, no gaps

/** Same weights and metadata, same bytes: names in code-unit order, metadata first. */
export function writeSafetensors(weights: Weights, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const entries = [...weights].sort(([a], [b]) => (a < b ? -1 : 1));
  let size = 0;
  const fields = entries.map(([name, { dims, data }]) => {
    const start = size;
    size += data.length * 4;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: "F32", shape: dims, data_offsets: [start, size] })}`;
  });
  const notes = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (notes.length > 0)
    fields.unshift(
      `"__metadata__":{${notes.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
    );
  const text = encodeText(`{${fields.join(",")}}`);
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  let offset = 8 + length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** Copies of all tensors and the metadata; throws KolmError for anything but gapless float32 tensors. */
export function readSafetensors(bytes: Uint8Array): {
  readonly weights: Weights;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? NaN : Number(view.getBigUint64(0, true));
  if (!(length >= 2 && length <= bytes.length - 8))
    throw malformed(`a header of ${length} bytes in a file of ${bytes.length}`);
  const { __metadata__: notes = {}, ...tensors } = parseHeader(bytes.subarray(8, 8 + length));
  const start = 8 + length;
  const weights = new Map<string, { dims: readonly number[]; data: Float32Array }>();
  const spans: [number, number][] = [];
  for (const [name, entry] of Object.entries(tensors)) {
    const { dims, from, to } = parseEntry(name, entry);
    if (to > bytes.length - start) throw malformed(`${JSON.stringify(name)} ends beyond the file`);
    spans.push([from, to]);
    weights.set(name, { dims, data: new Float32Array(bytes.slice(start + from, start + to).buffer) });
  }
  checkGapless(spans, bytes.length - start);
  return { weights, metadata: parseMetadata(notes) };
}

function malformed(detail: string): KolmError {
  return new KolmError("SAFETENSORS_MALFORMED", `not a readable safetensors file: ${detail}`, {
    hint: "The file may be cut short or altered.",
  });
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  const text = decodeText(bytes, "SAFETENSORS_MALFORMED");
  if (!text.startsWith("{")) throw malformed("the header is no JSON object");
  try {
    return JSON.parse(text) as Record<string, unknown>; // starts with "{", so it parses to an object
  } catch {
    throw malformed("the header is no JSON");
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function parseEntry(name: string, entry: unknown): { dims: number[]; from: number; to: number } {
  if (!isRecord(entry) || Object.keys(entry).sort().join() !== "data_offsets,dtype,shape")
    throw malformed(`entry ${JSON.stringify(name)}`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== "F32") throw malformed(`${JSON.stringify(name)} is ${String(dtype)}, only F32 is read`);
  const [from, to, ...more] = isSizes(offsets) ? offsets : [];
  if (
    !isSizes(shape) ||
    from === undefined ||
    to === undefined ||
    more.length > 0 ||
    to - from !== elementCount(shape) * 4
  ) {
    throw malformed(`the shape of ${JSON.stringify(name)} does not match its bytes`);
  }
  return { dims: shape, from, to };
}

function checkGapless(spans: [number, number][], size: number): void {
  let end = 0;
  for (const [from, to] of spans.sort(([a, b], [c, d]) => a - c || b - d)) {
    if (from !== end) throw malformed(`a gap or overlap at byte ${end}`);
    end = to;
  }
  if (end !== size) throw malformed(`${size - end} bytes belong to no tensor`);
}

function parseMetadata(notes: unknown): Record<string, string> {
  if (!isRecord(notes)) throw malformed("metadata is no object");
  return Object.fromEntries(
    Object.entries(notes).map(([key, value]) => {
      if (typeof value !== "string") throw malformed(`metadata ${JSON.stringify(key)} is no text`);
      return [key, value];
    }),
  );
}
