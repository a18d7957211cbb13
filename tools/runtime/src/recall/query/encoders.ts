// This file opens the encoders that turn queries into vectors, each when a query first needs it.
import { KolmError } from "@kolm/format";
import { type CreateSession, decodeBounded, encodeModel, mergeLora, readSafetensors } from "@kolm/onnx";
import { createAudioEncoder } from "../../encoder/audio-encoder.ts";
import { createEncoder } from "../../encoder/encoder.ts";
import { createImageEncoder } from "../../encoder/image-encoder.ts";
import type { Pixels } from "../../encoder/pixels.ts";
import { jsonOf, type LayerReader, requireLayer } from "../../layer.ts";
import { countMacs } from "../../student/macs.ts";
import { fromPeft } from "../../student/peft.ts";
import { createTokenizer } from "../../text/tokenizer.ts";
import type { AudioEncoderFile, ImageEncoderFile, RecallEncoder, TextEncoderFile } from "../encoder-file.ts";

/** What one may ask with: words, decoded pixels, or mono samples at the encoder's rate. */
export type QueryInput = { readonly text: string } | { readonly image: Pixels } | { readonly audio: Float32Array };

/** A unit vector, and the multiply-accumulates it took where they are known. */
type Embedded = { readonly vector: Float32Array; readonly macs: number };

export interface QueryEncoder {
  embed(input: QueryInput): Promise<Embedded>;
  close(): Promise<void>;
}

export type EncoderPorts = {
  readonly layer: LayerReader;
  readonly createSession: CreateSession;
  readonly threads: number;
};

/** Encoders by their id in index.json, each opened once; close them together. */
export interface QueryEncoders {
  of(id: string): Promise<QueryEncoder>;
  close(): Promise<void>;
}

/** Opens nothing yet; an encoder that could not be opened is tried again. */
export function openEncoders(files: Readonly<Record<string, RecallEncoder>>, ports: EncoderPorts): QueryEncoders {
  const opened = new Map<string, Promise<QueryEncoder>>();
  return {
    of: (id) => {
      const file = files[id];
      if (file === undefined) throw new Error(`invariant broken: the schema knows the encoder ${id}`);
      const encoder = opened.get(id) ?? openQueryEncoder(file, ports);
      opened.set(id, encoder);
      encoder.catch(() => opened.delete(id));
      return encoder;
    },
    close: async () => {
      const encoders = await Promise.allSettled(opened.values());
      opened.clear();
      for (const encoder of encoders) if (encoder.status === "fulfilled") await encoder.value.close();
    },
  };
}

/** Loads the model; KolmError LAYER_MISSING. `embed` throws RECALL_QUERY for an input of another modality. */
export async function openQueryEncoder(file: RecallEncoder, ports: EncoderPorts): Promise<QueryEncoder> {
  switch (file.modality) {
    case "text":
      return textEncoder(file, ports);
    case "image":
      return imageEncoder(file, ports);
    case "audio":
      return audioEncoder(file, ports);
  }
}

async function textEncoder(
  file: TextEncoderFile,
  { layer, createSession, threads }: EncoderPorts,
): Promise<QueryEncoder> {
  const model = await modelOf(file, layer);
  const tokenizer = createTokenizer(jsonOf(await requireLayer(layer, file.tokenizer), file.tokenizer), file);
  const graph = decodeBounded(model);
  const encoder = await createEncoder({ model, tokenizer, names: file.names, createSession, threads });
  return {
    embed: async (input) => {
      if (!("text" in input)) throw wrong("text");
      const [vector = new Float32Array()] = await encoder.encode([input.text]);
      return { vector, macs: countMacs(graph, Math.max(1, tokenizer.encode(input.text).ids.length)) };
    },
    close: () => encoder.close(),
  };
}

/** The model's bytes, with the adapter in its weights where there is one. */
async function modelOf({ model, adapter }: TextEncoderFile, layer: LayerReader): Promise<Uint8Array> {
  const bytes = await requireLayer(layer, model);
  if (adapter === undefined) return bytes;
  const { weights } = readSafetensors(await requireLayer(layer, adapter.weights));
  return encodeModel(mergeLora(decodeBounded(bytes), adapter, fromPeft(weights, adapter.targets)));
}

async function imageEncoder(
  { model, form }: ImageEncoderFile,
  { layer, createSession, threads }: EncoderPorts,
): Promise<QueryEncoder> {
  const encoder = await createImageEncoder(await requireLayer(layer, model), form, { createSession, threads });
  return {
    embed: async (input) => {
      if (!("image" in input)) throw wrong("image");
      return { vector: (await encoder.encode(input.image)).vector, macs: 0 };
    },
    close: () => encoder.close(),
  };
}

async function audioEncoder(
  { model, frames, form }: AudioEncoderFile,
  { layer, createSession, threads }: EncoderPorts,
): Promise<QueryEncoder> {
  const models = {
    model: await requireLayer(layer, model),
    frames: frames === undefined ? undefined : await requireLayer(layer, frames),
  };
  const encoder = await createAudioEncoder(models, form, { createSession, threads });
  return {
    embed: async (input) => {
      if (!("audio" in input)) throw wrong("audio");
      return { vector: await encoder.encode(input.audio), macs: 0 };
    },
    close: () => encoder.close(),
  };
}

const wrong = (modality: string): KolmError =>
  new KolmError("RECALL_QUERY", `an encoder of ${modality} was given something else to embed`);
