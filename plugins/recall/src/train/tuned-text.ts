// This file gives a task's corpus its text encoder: the base, tuned on the task's examples where that helps.
import { canonicalJson } from "@kolm/format";
import { decodeModel, writeSafetensors } from "@kolm/onnx";
import { peftConfig, type RecallEncoder, toPeft } from "@kolm/runtime";
import type { Context } from "@kolm/stage";
import type { Item } from "../corpus/item.ts";
import type { TextBase } from "../encode/texts.ts";
import type { RecallOptions } from "../options.ts";
import type { Wanted } from "../tune/tune.ts";
import type { Material, Ports } from "./material.ts";
import { mergedEncoder, type TrainedEncoder, trainEncoder, TRAINING, type TrainingOptions } from "./train.ts";

export type TextAdapter = NonNullable<Extract<RecallEncoder, { modality: "text" }>["adapter"]>;

/** The encoder that passages are embedded with, and what the runtime must merge to have the same. */
export type TunedText = {
  readonly text: TextBase;
  readonly adapter?: TextAdapter;
  /** Examples the encoder was not trained on, which alone can tell how much its ranking should count. */
  readonly judges: readonly Wanted[];
};

type Tuning = {
  readonly text: TextBase;
  readonly items: readonly Item[];
  readonly wanted: readonly Wanted[];
  readonly createSession: Ports["createSession"];
};

const LAYER = "layers/recall/adapter_model.safetensors";
/** A query is seen this often at most, and no training has more steps than TRAINING's. */
const ROUNDS = 10;
const FEWEST_STEPS = 20;

/** Writes adapter.json, adapter_config.json and tuning.json; none where recall.tune is not set. */
export async function tunedText(context: Context<RecallOptions>, tuning: Tuning): Promise<TunedText> {
  const { text, wanted } = tuning;
  const { inputs, outputs, options } = context;
  if (options.tune === undefined) return { text, judges: wanted };
  const model = await inputs.blob(text.base.model);
  const graph = decodeModel(model);
  const material = materialOf(tuning, options.tune.titles);
  const trained = await trainEncoder(
    material,
    { graph, model, names: text.base.encoder, tokenizer: text.tokenizer },
    { options: trainingOf(options, material.queries.length), ports: portsOf(context, tuning) },
  );
  await outputs.json("tuning.json", recordOf(trained));
  if (trained.adapter === undefined) {
    context.report({ message: "warning: tuning did not help held-out queries: the base stays as it is" });
    return { text, judges: wanted };
  }
  const adapter = await writeAdapter(context, text, trained.adapter);
  const merged = await outputs.blob(mergedEncoder(graph, trained.adapter));
  const held = new Set(trained.held);
  const judges = wanted.filter(({ input, sources }) => sources === null || held.has(input));
  return { text: { ...text, base: { ...text.base, model: merged } }, adapter, judges };
}

/** Passages of text as they are embedded; a title asks for the text under it. */
function materialOf({ items, wanted }: Tuning, withTitles: boolean): Material {
  const texts = items.filter(({ payload, embedded }) => payload.kind === "text" && embedded !== "");
  return {
    passages: texts.map(({ payload: { source }, embedded }) => ({ source, text: embedded })),
    queries: wanted.flatMap(({ input, sources }) => (sources === null ? [] : [{ input, sources }])),
    titles: texts.flatMap(({ payload: { source, title, text } }) =>
      withTitles && title !== undefined && text !== undefined ? [{ source, title, text }] : [],
    ),
  };
}

function trainingOf({ tune, language }: RecallOptions, queries: number): TrainingOptions {
  const { steps, rank = TRAINING.rank, learningRate = TRAINING.learningRate } = tune ?? { steps: "auto" };
  const enough = Math.max(FEWEST_STEPS, Math.ceil((ROUNDS * queries) / TRAINING.batch));
  return {
    ...TRAINING,
    steps: steps === "auto" ? Math.min(TRAINING.steps, enough) : steps,
    rank,
    alpha: 2 * rank,
    learningRate,
    language,
  };
}

function portsOf({ rng, report, signal, options }: Context<RecallOptions>, { createSession }: Tuning): Ports {
  return { createSession, threads: options.tune?.threads ?? 1, rng: rng.fork("tune"), report, signal };
}

/** Scores as decimal text, the claims themselves left out. */
function recordOf({ adapter, base, looks, held }: TrainedEncoder): unknown {
  return {
    used: adapter !== undefined,
    measure: "mean reciprocal rank of held-out queries",
    held: held.length,
    base: base.toFixed(4),
    looks: looks.map(({ step, score }) => ({ step, score: score.toFixed(4) })),
  };
}

async function writeAdapter(
  { outputs }: Context<RecallOptions>,
  { base }: TextBase,
  { spec, weights }: NonNullable<TrainedEncoder["adapter"]>,
): Promise<TextAdapter> {
  const { rank, alpha } = spec.lora;
  const targets = [...new Set([...weights.keys()].map((name) => name.replace(/\.lora_[AB]$/, "")))];
  await outputs.json("adapter.json", {
    adapter: await outputs.blob(writeSafetensors(toPeft(weights), { format: "pt" })),
  });
  const config = peftConfig({ base: base.name, rank, alpha, parameters: targets });
  await outputs.bytes("adapter_config.json", new TextEncoder().encode(canonicalJson(config)));
  return { weights: LAYER, rank, alpha, targets };
}
