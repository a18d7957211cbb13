// This file counts what a model file holds before any of it is made into objects.
import { KolmError } from "@kolm/format";
import { Reader } from "../reader.ts";

/** Far above any real model, far below what exhausts memory. Bytes, or fields over all messages. */
const LIMITS = {
  /** Protobuf's own limit of a message. */
  file: 2 ** 31 - 1,
  fields: 2 ** 20,
  /** Numbers written one by one; weights belong into raw_data. */
  numbers: 2 ** 21,
  text: 2 ** 12,
} as const;

/** What is read of a message of onnx.proto, by field number; all else is only skipped. */
type Form = { readonly [field: number]: Form | "text" | "numbers" };

const TENSOR: Form = { 1: "numbers", 5: "numbers", 7: "numbers", 8: "text", 11: "numbers" };
const ATTRIBUTE: Form = { 1: "text", 4: "text", 5: TENSOR, 7: "numbers", 8: "numbers", 9: "text" };
const NODE: Form = { 1: "text", 2: "text", 3: "text", 4: "text", 5: ATTRIBUTE, 7: "text" };
const SHAPE: Form = { 1: { 2: "text" } };
const VALUE: Form = { 1: "text", 2: { 1: { 2: SHAPE } } };
const GRAPH: Form = { 1: NODE, 2: "text", 5: TENSOR, 11: VALUE, 12: VALUE };
const MODEL: Form = { 7: GRAPH, 8: { 1: "text" }, 25: { 1: "text" } };

/** KolmError ONNX_LIMIT names what there is too much of, ONNX_MALFORMED what is no protobuf. */
export function checkFields(bytes: Uint8Array): void {
  if (bytes.length > LIMITS.file) throw beyond(`${bytes.length} bytes`, LIMITS.file);
  count(new Reader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)), MODEL, { fields: 0, numbers: 0 });
}

type Counts = { fields: number; numbers: number };

function count(reader: Reader, form: Form, counts: Counts): void {
  while (reader.next()) {
    if (++counts.fields > LIMITS.fields) throw beyond(`${counts.fields} fields or more`, LIMITS.fields);
    const part = form[reader.field];
    if (typeof part === "object") {
      count(reader.message(), part, counts);
      continue;
    }
    const length = reader.measure();
    if (part === "text" && length > LIMITS.text) throw beyond(`a text of ${length} bytes`, LIMITS.text);
    if (part === "numbers") counts.numbers += length;
    if (counts.numbers > LIMITS.numbers)
      throw beyond(`${counts.numbers} bytes of numbers outside raw data, or more`, LIMITS.numbers);
  }
}

function beyond(found: string, limit: number): KolmError {
  return new KolmError("ONNX_LIMIT", `the model holds ${found}; at most ${limit} are read`, {
    hint: "Export it as a plain encoder with its weights as raw data.",
  });
}
