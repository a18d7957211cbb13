// This file runs the recall stage: read the corpus, cut it into passages, embed them, write the index.
import { resample } from "@kolm/corpus";
import { KolmError } from "@kolm/format";
import { createTokenizer, type EncoderOptions } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { codeDigest, type Context } from "@kolm/stage";
import { readCaptions } from "./corpus/captions.ts";
import type { Item, Skipped, Source } from "./corpus/item.ts";
import { type CorpusBench, readCorpus } from "./corpus/read.ts";
import { closeEncoders, openEncoders } from "./encode/open.ts";
import { type Encoders, type Perceived, perceiveFile, spacesOf } from "./encode/spaces.ts";
import { embedTexts } from "./encode/texts.ts";
import { type Hnswlib, loadHnswlib } from "./index/graph.ts";
import { type Content, writeIndex } from "./index/write.ts";
import { UNMARKED, warningsOf, writeNotice } from "./notice.ts";
import type { RecallOptions } from "./options.ts";
import { tunedText } from "./train/tuned-text.ts";
import { tune, type Wanted } from "./tune/tune.ts";

/** What the stage takes from the machine. */
export type Ports = {
  readonly createSession: EncoderOptions["createSession"];
  readonly loadHnswlib: () => Promise<Hnswlib | undefined>;
  /** Digest of the readers' code: what they gave before they changed is read again. */
  readonly readers?: () => Promise<string>;
};

const PORTS: Ports = {
  createSession,
  loadHnswlib,
  readers: () => codeDigest("@kolm/corpus", import.meta.url),
};

/** Writes no index when there is no corpus, recall is off, or nothing of the corpus may ship or nobody said that it may. */
export async function run(context: Context<RecallOptions>, ports: Ports = PORTS): Promise<void> {
  const { inputs, options, report } = context;
  const corpus = await inputs.json<readonly Source[]>("spec/corpus.json");
  if (corpus.length === 0 || !options.enabled) return report({ message: "no corpus to recall from" });
  if (options.ship === "none") return report({ message: "recall.ship is none: the corpus stays out of the artifact" });
  if (options.ship === undefined) return writeNotice(context, { warnings: [UNMARKED], skipped: [] });
  const bench = { ...context, memo: context.store.memo, createSession: ports.createSession };
  const encoders = await openEncoders(options, bench);
  try {
    await build(context, { corpus, encoders, ports });
  } finally {
    await closeEncoders(encoders);
  }
}

type Building = { readonly corpus: readonly Source[]; readonly encoders: Encoders; readonly ports: Ports };

async function build(context: Context<RecallOptions>, { corpus, encoders: given, ports }: Building): Promise<void> {
  const { inputs, options } = context;
  const at = await corpusBench(context, { corpus, encoders: given, ports });
  const skipped: Skipped[] = [];
  const items: Item[] = [];
  const perceived: Perceived = { looks: new Map(), sounds: new Map() };
  for await (const file of readCorpus(corpus, skipped, at)) {
    await perceiveFile(file, items.length, { encoders: given, at, perceived });
    items.push(...file.items);
  }
  if (items.length === 0) throw empty(skipped);
  const wanted = await wantedOf(inputs);
  const { createSession } = ports;
  const { text, adapter, judges } = await tunedText(context, { text: given.text, items, wanted, createSession });
  const encoders = { ...given, text };
  const texts = items.map(({ embedded }) => embedded);
  const spaces = await spacesOf({ texts, perceived, encoders, ask: options.image?.ask ?? false }, at);
  const weights = options.weights === "auto" ? {} : options.weights;
  const tuned: Content["tuned"] = async (index, files) => {
    const asked = judges.map(({ input }) => input);
    const vectors = asked.length === 0 ? [] : await embedTexts(asked, text, at.bench);
    return tune(index, { files, wanted: judges, vectors, auto: options.weights === "auto" });
  };
  await writeIndex(
    context,
    { items, spaces, encoders, ...(adapter ? { adapter } : {}), weights, tuned },
    ports.loadHnswlib,
  );
  await writeNotice(context, { warnings: warningsOf(items, perceived), skipped });
}

/** Examples of a retrieval field, which the spec stage wrote. */
async function wantedOf(inputs: Context<unknown>["inputs"]): Promise<Wanted[]> {
  if (!(await inputs.has("spec/passages.jsonl"))) return [];
  const lines = new TextDecoder().decode(await inputs.bytes("spec/passages.jsonl")).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Wanted);
}

async function corpusBench(
  context: Context<RecallOptions>,
  { corpus, encoders, ports }: Building,
): Promise<CorpusBench> {
  const { inputs, options, store } = context;
  const { base } = encoders.text;
  if (options.chunkTokens > base.maxTokens) {
    throw new KolmError(
      "RECALL_CHUNK",
      `recall.chunkTokens is ${options.chunkTokens}, but ${base.name} reads at most ${base.maxTokens} tokens`,
      { hint: `Lower recall.chunkTokens to ${base.maxTokens} or less.` },
    );
  }
  const tokenizerJson: unknown = JSON.parse(new TextDecoder().decode(await inputs.blob(base.tokenizer)));
  return {
    bench: { ...context, memo: store.memo, createSession: ports.createSession },
    options,
    counter: createTokenizer(tokenizerJson, { maxTokens: Number.MAX_SAFE_INTEGER }),
    version: `${(await ports.readers?.()) ?? ""} ${base.tokenizer.sha256}`,
    captions: await readCaptions(corpus, (source) => inputs.blob(source)),
    resample,
  };
}

function empty(skipped: readonly Skipped[]): KolmError {
  const [first] = skipped;
  return new KolmError("CORPUS_EMPTY", "no file of the corpus holds anything to recall", {
    hint: first
      ? `${skipped.length} files were left out, the first because ${first.message}`
      : "Write something into it or delete the corpus line of task.yaml.",
  });
}
