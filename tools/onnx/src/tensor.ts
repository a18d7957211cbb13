// This file makes constants from numbers and reads their numbers back.
import { KolmError, assert } from "@kolm/format";
import type { DataType, Tensor } from "./graph.ts";

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<DataType, number>> = {
  float32: 4,
  float16: 2,
  float64: 8,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  bool: 1,
};

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, dim) => count * dim, 1);
}

/** A float32 constant over the numbers' own memory (no copy for a Float32Array); dims default to one axis. */
export function floatTensor(values: ArrayLike<number>, dims: readonly number[] = [values.length]): Tensor {
  assert(elementCount(dims) === values.length, `${values.length} floats fill [${dims.join(",")}]`);
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  return { type: "float32", dims, bytes: bytesOf(floats) };
}

/** An int64 constant; dims default to one axis, pass [] for a scalar. */
export function intTensor(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  assert(elementCount(dims) === values.length, `${values.length} integers fill [${dims.join(",")}]`);
  return { type: "int64", dims, bytes: bytesOf(BigInt64Array.from(values, BigInt)) };
}

/** The float32 numbers of a constant: a view where alignment allows it, a copy otherwise. */
export function floatsOf(tensor: Tensor): Float32Array {
  if (tensor.type !== "float32") {
    throw new KolmError("ONNX_NOT_FLOAT32", `a constant of type ${tensor.type} stands where float32 is needed`, {
      hint: "Export the model in fp32.",
    });
  }
  const { buffer, byteOffset, length } = tensor.bytes;
  if (byteOffset % 4 === 0) return new Float32Array(buffer, byteOffset, length / 4);
  return new Float32Array(tensor.bytes.slice().buffer);
}

/** All elements as plain numbers; 64-bit integers beyond 2^53 lose precision, which open-ended Slice bounds allow. */
export function numbersOf(tensor: Tensor): number[] {
  const { bytes, type } = tensor;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[type];
  const width = ELEMENT_BYTES[type];
  return Array.from({ length: bytes.length / width }, (_, index) => read(view, index * width));
}

/** A constant of a type from plain numbers. */
export function tensorOf(type: DataType, values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  const width = ELEMENT_BYTES[type];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  const write = WRITERS[type];
  values.forEach((value, index) => write(view, index * width, value));
  return { type, dims, bytes };
}

function bytesOf(array: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

const READERS: Readonly<Record<DataType, (view: DataView, at: number) => number>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => halfToNumber(view.getUint16(at, true)),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  int16: (view, at) => view.getInt16(at, true),
  uint16: (view, at) => view.getUint16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
  bool: (view, at) => view.getUint8(at),
};

const WRITERS: Readonly<Record<DataType, (view: DataView, at: number, value: number) => void>> = {
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
  float16: () => {
    throw new KolmError("ONNX_NOT_FLOAT32", "float16 constants cannot be folded", {
      hint: "Export the model in fp32.",
    });
  },
  int8: (view, at, value) => view.setInt8(at, value),
  uint8: (view, at, value) => view.setUint8(at, value),
  int16: (view, at, value) => view.setInt16(at, value, true),
  uint16: (view, at, value) => view.setUint16(at, value, true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  uint32: (view, at, value) => view.setUint32(at, value, true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(Math.trunc(value)), true),
  uint64: (view, at, value) => view.setBigUint64(at, BigInt(Math.trunc(value)), true),
  bool: (view, at, value) => view.setUint8(at, value === 0 ? 0 : 1),
};

function halfToNumber(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return (sign * fraction) / 0x1000000;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  let scale = sign / 0x2000000;
  for (let step = 0; step < exponent; step++) scale *= 2;
  return scale * (0x400 + fraction);
}
