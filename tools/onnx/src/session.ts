// This file defines the port through which graphs are executed; ONNX Runtime (native or WASM) stands behind it.

/** A tensor fed to or fetched from a session; int64 travels as BigInt64Array, bool as Uint8Array. */
export type Value =
  | { readonly type: "float32"; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: "int64"; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: "int32"; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: "bool"; readonly dims: readonly number[]; readonly data: Uint8Array };

export type Values = Readonly<Record<string, Value>>;

export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(feeds: Values): Promise<Values>;
  close(): Promise<void>;
}

/** Builds a session from a serialised model; threads is the intra-operator thread count. */
export type CreateSession = (model: Uint8Array, options?: { readonly threads?: number }) => Promise<Session>;
