// This file defines base.json, which says what a base encoder is and where its bytes are.
import type { EncoderNames } from "@kolm/onnx";

type Pointer = { readonly sha256: string; readonly size: number };

export type BaseFile = {
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  readonly encoder: EncoderNames;
  /** Length of one token's vector and of a text's. */
  readonly hidden: number;
  readonly maxTokens: number;
  /** sha256 of each source file, as checked. */
  readonly pins: Readonly<Record<string, string>>;
  readonly model: Pointer;
  readonly tokenizer: Pointer;
};
