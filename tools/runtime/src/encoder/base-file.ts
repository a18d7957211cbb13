// This file defines base.json, which says what a base encoder is and where its bytes are.
import type { EncoderNames } from "@kolm/onnx";
import type { AudioForm } from "./audio-encoder.ts";
import type { ImageForm } from "./image-encoder.ts";

type Pointer = { readonly sha256: string; readonly size: number };

type Facts = {
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  /** sha256 of each source file, as checked. */
  readonly pins: Readonly<Record<string, string>>;
  readonly model: Pointer;
};

/** A text encoder, the kind of base a student stands on. */
export type BaseFile = Facts & {
  readonly modality?: "text";
  readonly encoder: EncoderNames;
  /** Length of one token's vector and of a text's. */
  readonly hidden: number;
  readonly maxTokens: number;
  readonly tokenizer: Pointer;
};

/** How a text goes into the space of a picture encoder's pair. */
export type PairedText = {
  readonly model: Pointer;
  readonly tokenizer: Pointer;
  readonly encoder: EncoderNames;
  readonly maxTokens: number;
};

/** An image encoder; labels, one a line, name its classes; text is the other half of a pair like CLIP. */
export type ImageBaseFile = Facts & {
  readonly modality: "image";
  readonly form: ImageForm;
  readonly labels?: Pointer;
  readonly text?: PairedText;
};

/** An audio encoder; frames is the model that makes them of samples. */
export type AudioBaseFile = Facts & {
  readonly modality: "audio";
  readonly form: AudioForm;
  readonly frames?: Pointer;
};

export type AnyBaseFile = BaseFile | ImageBaseFile | AudioBaseFile;
