// This file makes layers with a real encoder and a recall index over given texts, for tests of side indexes.
import { createEncoder, createTokenizer, LAYER, packKeywords, packVectors, type SideFile } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { payloadBytes, payloadOf } from "./recall-sample.ts";
import { openBase, utf8 } from "./small-artifact.ts";

/** Unit vectors of the built-in base. */
export async function embedded(texts: readonly string[]): Promise<Float32Array[]> {
  const { file, model, tokenizer } = await openBase();
  const encoder = await createEncoder({
    model,
    tokenizer: createTokenizer(JSON.parse(new TextDecoder().decode(tokenizer)), file),
    names: file.encoder,
    createSession,
  });
  const vectors: Float32Array[] = [];
  // One text a batch, as passages are embedded everywhere.
  for (const text of texts) vectors.push(...(await encoder.encode([text])));
  await encoder.close();
  return vectors;
}

/** Model, tokenizer and an index whose line i is texts[i], embedded and searched by words as read[i] says. */
export async function indexLayers(
  texts: readonly string[],
  read: readonly string[] = texts,
): Promise<Map<string, Uint8Array>> {
  const { file, model, tokenizer } = await openBase();
  const vectors = await embedded(read);
  const query = { model: LAYER.encoder, tokenizer: LAYER.tokenizer, names: file.encoder, maxTokens: file.maxTokens };
  const text = {
    name: "text",
    dims: 512,
    count: texts.length,
    metric: "cosine",
    rows: null,
    vectors: { file: "text.vectors.bin", type: "f32" },
    graph: null,
    queries: { text: "text" },
  };
  const index = {
    version: 2,
    count: texts.length,
    topK: 3,
    payloads: "payloads.jsonl",
    ship: "full",
    spaces: [text],
    encoders: { text: { modality: "text", ...query } },
    keywords: { file: "keywords.bin", language: "en", k1: "1.2", b: "0.75" },
    fuse: { constant: 60, weights: { keywords: "0.7" } },
    diversity: null,
  };
  return new Map([
    [LAYER.encoder, model],
    [LAYER.tokenizer, tokenizer],
    [LAYER.recall, utf8(index)],
    ["layers/recall/text.vectors.bin", packVectors(vectors, "f32")],
    ["layers/recall/keywords.bin", packKeywords(read, "en")],
    ["layers/recall/payloads.jsonl", payloadBytes(texts.map((one, row) => payloadOf(row, { text: one })))],
  ]);
}

export const MANUAL = [
  "Wash the down sleeping bag by hand in warm water and dry it for two days.",
  "The stove burns gas cartridges with a screw thread only.",
  "Tents are returned within thirty days in their original bag.",
  "Order numbers begin with a hash and have five digits.",
  "Boots are sent to the workshop in Lyon for new soles.",
];

export const NOTES = [
  "My own sleeping bag went to the cleaner in March and lost its feathers.",
  "Grandmother's recipe for plum dumplings needs a kilogram of potatoes.",
  "The spare key of the cabin hangs behind the barometer.",
];

/** Text files of one passage each. */
export const filesOf = (texts: readonly string[], folder = "/home/me"): SideFile[] =>
  texts.map((text, at) => ({ source: `${folder}/note-${at}.txt`, bytes: async () => utf8(text) }));
