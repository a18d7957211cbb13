// This file opens what an artifact offers a side index: its sealed index, its encoders, and the spaces each kind of file goes to.
import { canonicalBytes, digestOf, type Hashing, KolmError, utf8 } from "@kolm/format";
import type { CountTokens } from "@kolm/corpus";
import { jsonOf, LAYER, parseLayer, requireLayer } from "../layer.ts";
import { type RecallEncoder } from "../recall/encoder-file.ts";
import { RecallIndex, type RecallSpace } from "../recall/index-file.ts";
import { packKeywords } from "../recall/keywords/keywords-file.ts";
import { type EncoderPorts, openEncoders, type QueryEncoders } from "../recall/query/encoders.ts";
import { filesOf } from "../recall/query/search.ts";
import { openParts, type RecallParts } from "../recall/recall.ts";
import { StudentFile } from "../student/student-file.ts";
import { createTokenizer } from "../text/tokenizer.ts";

/** A space and the encoder that puts things into it. */
type Place = { readonly space: string; readonly encoder: string };
/** caption: what is written about a picture or sound, which has a vector of its own. */
export type PlaceKind = "text" | "caption" | "image" | "audio";

export interface SideTarget {
  readonly parts: RecallParts;
  readonly encoders: QueryEncoders;
  places(kind: PlaceKind): readonly Place[];
  /** Which encoders queries of a space need. */
  queriesOf(space: string): RecallSpace["queries"];
  encoder(id: string): RecallEncoder | undefined;
  /** SHA-256 over the encoder's settings and weights; undefined where there is no such encoder. */
  digestOf(id: string): Promise<string | undefined>;
  /** Tokens of a text by the tokenizer passages are embedded with; undefined where nothing embeds text. */
  counter(): Promise<CountTokens | undefined>;
  close(): Promise<void>;
}

export type TargetPorts = EncoderPorts & { readonly hashing: Hashing };

/** Of an artifact without recall the base encoder is used; KolmError SIDE_ENCODER where it carries none, else as the layers' own errors. */
export async function openSideTarget(ports: TargetPorts): Promise<SideTarget> {
  const { layer } = ports;
  const sealed = await layer(LAYER.recall);
  const index = sealed ? parseLayer(sealed, LAYER.recall, RecallIndex) : await bareIndex(ports);
  const files = sealed ? await filesOf(index, layer) : bareFiles();
  const encoders = openEncoders(index.encoders, ports);
  const text = textEncoderOf(index);
  const digests = new Map<string, Promise<string>>();
  const digest = async (id: string): Promise<string | undefined> => {
    const file = index.encoders[id];
    if (file === undefined) return undefined;
    const known = digests.get(id) ?? encoderDigest(file, ports);
    digests.set(id, known);
    return known;
  };
  return {
    parts: openParts(index, files),
    encoders,
    places: (kind) => placesOf(index, text, kind),
    queriesOf: (space) =>
      index.spaces.find(({ name }) => name === space)?.queries ?? (text === undefined ? {} : { text }),
    encoder: (id) => index.encoders[id],
    digestOf: digest,
    counter: async () => {
      const file = text === undefined ? undefined : index.encoders[text];
      if (file?.modality !== "text") return undefined;
      const json = jsonOf(await requireLayer(layer, file.tokenizer), file.tokenizer);
      const tokenizer = createTokenizer(json, { maxTokens: Number.MAX_SAFE_INTEGER });
      return (words) => tokenizer.encode(words).ids.length;
    },
    close: () => encoders.close(),
  };
}

/** Over canonical JSON of the settings with digests in place of paths. */
async function encoderDigest(file: RecallEncoder, { layer, hashing }: TargetPorts): Promise<string> {
  const entries = Object.entries(file).map(async ([key, value]) => {
    const isLayer = typeof value === "string" && value.startsWith("layers/");
    return [key, isLayer ? digestOf(hashing, await requireLayer(layer, value)) : value] as const;
  });
  const settings = Object.fromEntries(await Promise.all(entries));
  // Through JSON, so that what is not set is not there.
  return digestOf(hashing, canonicalBytes(JSON.parse(JSON.stringify(settings))));
}

/** The encoder of passages: that of the space "text" where there is one. */
function textEncoderOf({ spaces, encoders }: RecallIndex): string | undefined {
  const passages = spaces.find(({ name }) => name === "text")?.queries.text;
  const first = Object.entries(encoders).find(([id, { modality }]) => id === "text" && modality === "text");
  return passages ?? first?.[0] ?? Object.entries(encoders).find(([, { modality }]) => modality === "text")?.[0];
}

function placesOf({ spaces }: RecallIndex, text: string | undefined, kind: PlaceKind): Place[] {
  if (kind === "text" || kind === "caption") {
    if (text === undefined) return [];
    // Captions stand where pictures are found by words, as the recall stage puts them.
    const isPictures = kind === "caption" && spaces.some(({ name }) => name === "pictures");
    return [{ space: isPictures ? "pictures" : "text", encoder: text }];
  }
  return spaces.flatMap(({ name, queries }) => {
    const encoder = queries[kind];
    return encoder === undefined ? [] : [{ space: name, encoder }];
  });
}

/** Settings of the recall stage where a task says nothing. */
async function bareIndex({ layer }: TargetPorts): Promise<RecallIndex> {
  const [student, model] = [await layer(LAYER.student), await layer(LAYER.encoder)];
  if (student === undefined || model === undefined) {
    throw new KolmError("SIDE_ENCODER", "the artifact has neither a recall index nor a base that could embed files", {
      hint: "Give the task a corpus (recall.ship: full), or keep its student in float32.",
    });
  }
  const { encoder: names, maxTokens } = parseLayer(student, LAYER.student, StudentFile);
  return RecallIndex.parse({
    version: 2,
    count: 0,
    topK: 3,
    payloads: "payloads.jsonl",
    ship: "full",
    spaces: [],
    encoders: { text: { modality: "text", model: LAYER.encoder, tokenizer: LAYER.tokenizer, names, maxTokens } },
    keywords: { file: "keywords.bin", language: "en", k1: "1.2", b: "0.75" },
    fuse: { constant: 60, weights: {} },
    diversity: null,
  });
}

const bareFiles = (): Map<string, Uint8Array> =>
  new Map([
    ["payloads.jsonl", utf8("")],
    ["keywords.bin", packKeywords([], "en")],
  ]);
