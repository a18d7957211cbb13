// This file writes the index: payloads, spaces, keywords, encoders, and index.json that names them.
import { canonicalJson } from "@kolm/format";
import { packKeywords, RecallIndex, type RecallPayload } from "@kolm/runtime";
import type { BlobPointer, Context, Outputs } from "@kolm/stage";
import type { Item } from "../corpus/item.ts";
import type { Encoders } from "../encode/spaces.ts";
import type { RecallOptions } from "../options.ts";
import type { TextAdapter } from "../train/tuned-text.ts";
import type { Hnswlib } from "./graph.ts";
import { type Space, writeSpace } from "./space.ts";

/** Okapi BM25's usual settings (Robertson & Zaragoza 2009). */
const BM25 = { k1: "1.2", b: "0.75" } as const;
/** Of reciprocal-rank fusion, as in Cormack et al. 2009. */
const FUSION = 60;

export type Content = {
  readonly items: readonly Item[];
  readonly spaces: readonly Space[];
  readonly encoders: Encoders;
  /** Of a text encoder that is tuned. */
  readonly adapter?: TextAdapter;
  readonly weights: Readonly<Record<string, number>>;
  /** What examples of a retrieval field change in the index, whose files are given. */
  readonly tuned: (index: RecallIndex, files: ReadonlyMap<string, Uint8Array>) => Promise<RecallIndex>;
};

/** Everything beside notice.json. */
export async function writeIndex(
  given: Context<RecallOptions>,
  content: Content,
  library: () => Promise<Hnswlib | undefined>,
): Promise<void> {
  const files = new Map<string, Uint8Array>();
  const context = { ...given, outputs: keeping(given.outputs, files) };
  const { outputs, options } = context;
  const { items } = content;
  const ship = options.ship === "full" ? "full" : "payload-digests";
  const lines = items.map(({ payload }) => `${canonicalJson(shipped(payload, ship))}\n`);
  await outputs.bytes("payloads.jsonl", new TextEncoder().encode(lines.join("")));
  const spaces = [];
  for (const space of content.spaces) spaces.push(await writeSpace(space, { context, count: items.length, library }));
  // A list of words by passage gives the text away.
  const keywords =
    options.keywords && ship === "full"
      ? ({ file: "keywords.bin", language: options.language, ...BM25 } as const)
      : null;
  if (keywords)
    await outputs.bytes(
      keywords.file,
      packKeywords(
        items.map(({ words }) => words),
        keywords.language,
      ),
    );
  await writeEncoders(context, content);
  const rankings = [...spaces.map(({ name }): string => name), ...(keywords ? ["keywords"] : [])];
  const weights = Object.fromEntries(rankings.map((name) => [name, decimal(content.weights[name] ?? 1)]));
  const index = RecallIndex.parse({
    version: 2,
    count: items.length,
    topK: options.topK,
    payloads: "payloads.jsonl",
    ship,
    spaces,
    encoders: encodersOf(spaces, content),
    keywords,
    fuse: { constant: FUSION, weights },
    diversity: options.diversity === undefined ? null : decimal(options.diversity),
  });
  await outputs.json("index.json", RecallIndex.parse(await content.tuned(index, files)));
}

/** Outputs whose bytes can be looked at again. */
function keeping(outputs: Outputs, files: Map<string, Uint8Array>): Outputs {
  const bytes = async (path: string, content: Uint8Array): Promise<void> => {
    files.set(path, content);
    await outputs.bytes(path, content);
  };
  return { ...outputs, bytes };
}

/** Up to nine places, as index.json has them. */
const decimal = (value: number): string => String(Number(value.toFixed(9)));

/** With payload-digests nothing of the content stays but where it came from. */
function shipped(payload: RecallPayload, ship: RecallIndex["ship"]): RecallPayload {
  if (ship === "full") return payload;
  const { text: _text, title: _title, meta: _meta, ...rest } = payload;
  return rest;
}

const PAIR = { model: "layers/recall/pair.onnx", tokenizer: "layers/recall/pair.tokenizer.json" } as const;

/** The encoders that queries of these spaces need. */
function encodersOf(
  spaces: RecallIndex["spaces"],
  { encoders: { text, image, audio }, adapter }: Content,
): RecallIndex["encoders"] {
  const wanted = new Set(spaces.flatMap(({ queries }) => Object.values(queries)));
  const { base } = text;
  const all: RecallIndex["encoders"] = {
    text: {
      modality: "text",
      model: "layers/model/encoder.onnx",
      tokenizer: "layers/model/tokenizer.json",
      names: base.encoder,
      maxTokens: base.maxTokens,
      ...(adapter ? { adapter } : {}),
    },
  };
  const pair = image?.base.text;
  if (pair) all["pair"] = { modality: "text", ...PAIR, names: pair.encoder, maxTokens: pair.maxTokens };
  if (image) all["image"] = { modality: "image", model: "layers/recall/image.onnx", form: image.base.form };
  const frames = audio?.base.frames && { frames: "layers/recall/frames.onnx" };
  if (audio) all["audio"] = { modality: "audio", model: "layers/recall/audio.onnx", ...frames, form: audio.base.form };
  return Object.fromEntries(Object.entries(all).filter(([id]) => wanted.has(id)));
}

/** encoders.json points to the models that are layers of their own. */
async function writeEncoders({ outputs }: Context<RecallOptions>, { spaces, encoders }: Content): Promise<void> {
  const wanted = new Set(spaces.flatMap(({ queries }) => Object.values(queries)));
  const { image, audio } = encoders;
  const pointers: Record<string, BlobPointer | undefined> = {
    image: wanted.has("image") ? image?.base.model : undefined,
    pair: wanted.has("pair") ? image?.base.text?.model : undefined,
    pairTokenizer: wanted.has("pair") ? image?.base.text?.tokenizer : undefined,
    audio: wanted.has("audio") ? audio?.base.model : undefined,
    frames: wanted.has("audio") ? audio?.base.frames : undefined,
  };
  if (Object.values(pointers).some((pointer) => pointer !== undefined)) await outputs.json("encoders.json", pointers);
}
