// This file defines the in-memory form of an ONNX graph that every other file here reads and writes.

export type DataType =
  | "float32"
  | "float16"
  | "float64"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "bool";

/** A constant: row-major little-endian bytes, a view over the model file wherever possible. */
export type Tensor = { readonly type: DataType; readonly dims: readonly number[]; readonly bytes: Uint8Array };

/** Integers are plain numbers (checked to be safe), as ONNX attributes are small. */
export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] };

/** One operator application; an empty input name is an omitted optional input. */
export type Node = {
  readonly name: string;
  readonly op: string;
  /** "" is ai.onnx. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
};

/** A dimension: a size, or a name for a symbolic one ("batch"). */
export type Dim = number | string;
export type ValueType = { readonly name: string; readonly type: DataType; readonly dims: readonly Dim[] };

/** A model's main graph: nodes in topological order. */
export type Graph = {
  readonly name: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly ValueType[];
  readonly outputs: readonly ValueType[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
};
