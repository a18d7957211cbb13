// This file reads and writes ONNX TensorProto: typed data fields and raw bytes both come in, raw bytes go out.
import { KolmError } from "@kolm/format";
import type { DataType, Tensor } from "../graph.ts";
import { ELEMENT_BYTES, elementCount, tensorOf } from "../tensor.ts";
import { malformed } from "./reader.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** TensorProto.DataType numbers of onnx.proto. */
const TYPE_CODES: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};
const TYPES = new Map(Object.entries(TYPE_CODES).map(([type, code]) => [code, type as DataType])); // keys of a literal record

export function dataTypeOf(code: number, where: string): DataType {
  const type = TYPES.get(code);
  if (type !== undefined) return type;
  throw new KolmError("ONNX_TYPE_UNSUPPORTED", `${where} has ONNX element type ${code}, which is not read here`, {
    hint: "Export the model in fp32 with ordinary integer inputs.",
  });
}

export function codeOf(type: DataType): number {
  return TYPE_CODES[type];
}

type Parts = {
  dims: number[];
  code: number;
  name: string;
  raw: Uint8Array | undefined;
  fixed: Uint8Array[];
  integers: bigint[];
};

/** One TensorProto with its name ("" when it has none). */
export function readTensor(reader: Reader): { readonly name: string; readonly tensor: Tensor } {
  const parts: Parts = { dims: [], code: 0, name: "", raw: undefined, fixed: [], integers: [] };
  while (reader.next()) readField(reader, parts);
  const where = `tensor ${JSON.stringify(parts.name)}`;
  const type = dataTypeOf(parts.code, where);
  if (parts.dims.some((dim) => dim < 0)) throw malformed(`${where} has a negative dimension`);
  const count = elementCount(parts.dims);
  const bytes = parts.raw ?? typedBytes(type, parts);
  if (bytes.length !== count * ELEMENT_BYTES[type]) {
    throw malformed(
      `${where} of [${parts.dims.join(",")}] ${type} holds ${bytes.length} bytes, expected ${count * ELEMENT_BYTES[type]}`,
    );
  }
  return { name: parts.name, tensor: { type, dims: parts.dims, bytes } };
}

function readField(reader: Reader, parts: Parts): void {
  switch (reader.field) {
    case 1:
      for (const dim of reader.bigints()) parts.dims.push(Number(dim));
      return;
    case 2:
      parts.code = reader.integer();
      return;
    case 4:
      parts.fixed.push(reader.fixed(4));
      return;
    case 5:
    case 7:
    case 11:
      for (const value of reader.bigints()) parts.integers.push(value);
      return;
    case 8:
      parts.name = reader.text();
      return;
    case 9:
      parts.raw = reader.payload();
      return;
    case 10:
      parts.fixed.push(reader.fixed(8));
      return;
    case 13:
      throw external(parts.name);
    case 14:
      if (reader.integer() !== 0) throw external(parts.name);
      return;
    case 3:
    case 6:
      throw malformed(`tensor ${JSON.stringify(parts.name)} is segmented or made of strings`);
    default:
      reader.skip();
  }
}

function external(name: string): KolmError {
  return new KolmError("ONNX_EXTERNAL_DATA", `tensor ${JSON.stringify(name)} keeps its bytes in another file`, {
    hint: "Save the model as one file (onnx.save with save_as_external_data=False).",
  });
}

function typedBytes(type: DataType, parts: Parts): Uint8Array {
  if (type === "float32" || type === "float64") return join(parts.fixed);
  if (type === "float16") return tensorOf("uint16", parts.integers.map(Number)).bytes;
  if (type === "int64" || type === "uint64") return new Uint8Array(BigInt64Array.from(parts.integers).buffer);
  return tensorOf(type, parts.integers.map(Number)).bytes;
}

function join(runs: readonly Uint8Array[]): Uint8Array {
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(runs.reduce((length, run) => length + run.length, 0));
  let offset = 0;
  for (const run of runs) {
    bytes.set(run, offset);
    offset += run.length;
  }
  return bytes;
}

export function writeTensor(writer: Writer, tensor: Tensor, name: string): void {
  for (const dim of tensor.dims) writer.integer(1, dim);
  writer.integer(2, codeOf(tensor.type));
  if (name !== "") writer.text(8, name);
  writer.payload(9, tensor.bytes);
}
