// This file reads the corpus into items, remembering what each file gave, so that adding one file reads one file.
import { canonicalJson, KolmError } from "@kolm/format";
import { type Chunk, createChunker, type Found, type Meta, readCorpusFile, type Sound } from "@kolm/corpus";
import { pictureDecoder } from "@kolm/corpus/node";
import type { RecallPayload, Tokenizer } from "@kolm/runtime";
import { stableJson } from "@kolm/stage";
import type { Bench } from "../encode/bench.ts";
import { keyOf } from "../encode/remembered.ts";
import type { RecallOptions } from "../options.ts";
import { type Captions, isCaptions } from "./captions.ts";
import type { Item, Skipped, Source } from "./item.ts";

export type CorpusBench = {
  readonly bench: Bench;
  readonly options: RecallOptions;
  /** Counts without a limit, as the base does. */
  readonly counter: Tokenizer;
  /** Digests of the readers' code and of the tokenizer: what was read with others is not known. */
  readonly version: string;
  readonly captions: Captions;
  readonly resample: (sound: Sound, rate: number) => Float32Array;
};

/** A picture or a sound. */
export type FoundPercept = Exclude<Found, { kind: "text" }>;

/** What one file holds; its picture or sound is there when it was read just now. */
export type FileItems = {
  readonly source: Source;
  readonly items: readonly Item[];
  readonly percept?: FoundPercept;
};

/** Each file's items in the corpus' order; in skip mode unreadable files go to `skipped`. KolmErrors name the file. */
export async function* readCorpus(
  corpus: readonly Source[],
  skipped: Skipped[],
  at: CorpusBench,
): AsyncGenerator<FileItems> {
  const { report, signal } = at.bench;
  for (const [index, source] of corpus.entries()) {
    if (isCaptions(source)) continue;
    signal.throwIfAborted();
    report({ message: `reading ${source.path}`, done: index, total: corpus.length });
    try {
      const { passages, damage, ...perceived } = await passagesOf(source, at);
      skipped.push(...damage);
      yield { source, ...perceived, items: passages.map((passage) => captioned(passage, at.captions)) };
    } catch (error) {
      if (at.options.unreadable !== "skip" || !(error instanceof KolmError)) throw error;
      skipped.push({ path: source.path, code: error.code, message: error.message });
    }
  }
}

/** Reads a file again for its picture or sound. */
export async function perceive(source: Source, at: CorpusBench): Promise<FoundPercept> {
  for await (const found of open(source, [], at)) if (found.kind !== "text") return found;
  throw new Error(`invariant broken: ${source.path} gave a picture or sound before`);
}

/** An item before its caption is known. */
type Passage = { readonly payload: RecallPayload; readonly embedded: string };
type Passages = { readonly passages: readonly Passage[]; readonly damage: readonly Skipped[] };

async function passagesOf(source: Source, at: CorpusBench): Promise<Passages & Omit<FileItems, "source" | "items">> {
  const { chunkTokens: limit, largestFile, unreadable } = at.options;
  const { path, sha256 } = source;
  const version = { kind: "kolm/passages/1", version: at.version, limit, largestFile, unreadable };
  const key = keyOf(canonicalJson(version), `${sha256} ${path}`);
  const known = await at.bench.memo.get(key);
  // The memo holds what this function wrote under the same version.
  if (known !== undefined) return JSON.parse(new TextDecoder().decode(known)) as Passages;
  const { percept, ...read } = await readNow(source, at);
  await at.bench.memo.put(key, new TextEncoder().encode(stableJson(read)));
  return { ...read, ...(percept ? { percept } : {}) };
}

async function readNow(source: Source, at: CorpusBench): Promise<Passages & Omit<FileItems, "source" | "items">> {
  const damage: Skipped[] = [];
  const passages: Passage[] = [];
  let percept: FoundPercept | undefined;
  const count = (text: string): number => at.counter.encode(text).ids.length;
  const cut = createChunker({ limit: at.options.chunkTokens, count });
  for await (const found of open(source, damage, at)) {
    if (found.kind === "text") passages.push(...cut(found).map(passageOf));
    else passages.push(perceivedOf((percept = found), source));
  }
  return { passages, damage, ...(percept ? { percept } : {}) };
}

async function* open(source: Source, damage: Skipped[], { bench, options }: CorpusBench): AsyncGenerator<Found> {
  const { largestFile, unreadable } = options;
  if (source.size > largestFile) {
    throw new KolmError(
      "CORPUS_TOO_LARGE",
      `${source.path} has ${source.size} bytes, at most ${largestFile} are read`,
      {
        hint: "Split the file, raise recall.largestFile, or compile with --keep-going to leave it out.",
        place: { file: source.path },
      },
    );
  }
  const damaged = ({ code, message }: KolmError): void => void damage.push({ path: source.path, code, message });
  yield* readCorpusFile(source.path, await bench.inputs.blob(source), {
    largestFile,
    pictureDecoder,
    signal: bench.signal,
    ...(unreadable === "skip" ? { damaged } : {}),
  });
}

function passageOf({ embedded, meta, ...chunk }: Chunk): Passage {
  return { payload: { kind: "text", ...chunk, ...(meta ? { meta: wholeOnly(meta) } : {}) }, embedded };
}

/** A picture or sound before anyone said what it shows: a description inside the file counts as its caption. */
function perceivedOf({ kind, title, sha256, meta }: FoundPercept, { path }: Source): Passage {
  const { description, ...rest } = meta;
  const text = typeof description === "string" && description.trim() !== "" ? { text: description.trim() } : {};
  const id = keyOf("kolm/perceived/1", `${path} ${sha256}`).slice(0, 16);
  const facts = Object.keys(rest).length === 0 ? {} : { meta: wholeOnly(rest) };
  return { payload: { id, kind, source: path, title, sha256, ...text, ...facts }, embedded: "" };
}

/** Sealed JSON has whole numbers only. */
function wholeOnly(meta: Meta): Record<string, string | number | boolean> {
  const whole = (value: string | number | boolean): string | number | boolean =>
    typeof value === "number" && !Number.isSafeInteger(value) ? String(value) : value;
  return Object.fromEntries(Object.entries(meta).map(([key, value]) => [key, whole(value)]));
}

function captioned({ payload, embedded }: Passage, captions: Captions): Item {
  if (payload.kind === "text") return { payload, embedded, words: embedded };
  const text = captions.get(payload.source) ?? payload.text;
  const words = [payload.title, text].filter((part) => part !== undefined).join("\n");
  return { payload: text === undefined ? payload : { ...payload, text }, embedded: text ?? "", words };
}
