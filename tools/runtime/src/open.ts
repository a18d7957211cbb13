// This file opens the layers of an artifact, sealed or still a draft, as something that answers.
import { Contract } from "@kolm/format";
import { type CreateSession, decodeBounded, loraParameters, readSafetensors, type Weights } from "@kolm/onnx";
import { loadPack } from "@kolm/recipe";
import type { Answer, AnswerOptions, Thresholds } from "./answer/answer.ts";
import { createAnswerer } from "./answer/answerer.ts";
import { type Evidence, openEvidence } from "./evidence/evidence.ts";
import { jsonOf, LAYER, type LayerReader, parseLayer, requireLayer } from "./layer.ts";
import { RecallIndex } from "./recall/index-file.ts";
import type { QueryInput } from "./recall/query/encoders.ts";
import { openSearch } from "./recall/query/search.ts";
import type { Hit, RecallOptions } from "./recall/recall.ts";
import { fromPeft } from "./student/peft.ts";
import { createStudent, specOf } from "./student/student.ts";
import { StudentFile } from "./student/student-file.ts";

export type RuntimePorts = { readonly createSession: CreateSession; readonly threads?: number };

const PATHS = ["recipes", "student", "recall"] as const;
export type AnswerPath = (typeof PATHS)[number];

/** Which paths may answer (all that the artifact has, by default), and thresholds in place of the sealed ones. */
export type RuntimeOptions = {
  readonly use?: readonly AnswerPath[];
  readonly thresholds?: Thresholds;
};

export interface Runtime {
  readonly contract: Contract;
  /** The paths this artifact has and may use. */
  readonly paths: readonly AnswerPath[];
  answer(input: string, options?: AnswerOptions): Promise<Answer>;
  /** The passages, pictures and sounds that fit a text, a picture or a sound best; none when the artifact has no recall. */
  recall(query: string | QueryInput, options?: RecallOptions): Promise<readonly Hit[]>;
  close(): Promise<void>;
}

/** Reads the small layers at once and the model when it is first needed; KolmError LAYER_MISSING or LAYER_MALFORMED. */
export async function createRuntime(
  layer: LayerReader,
  ports: RuntimePorts,
  { use = PATHS, thresholds }: RuntimeOptions = {},
): Promise<Runtime> {
  const contract = parseLayer(await requireLayer(layer, LAYER.contract), LAYER.contract, Contract);
  const [pack, student, index] = await Promise.all(
    PATHS.map(async (path) => (use.includes(path) ? layer(LAYER[path]) : undefined)),
  );
  const opened = openings();
  const openStudent =
    student && opened.later(async () => studentOf(parseLayer(student, LAYER.student, StudentFile), layer, ports));
  const openIndex =
    index &&
    opened.later(async () =>
      openSearch(parseLayer(index, LAYER.recall, RecallIndex), {
        layer,
        createSession: ports.createSession,
        threads: ports.threads ?? 1,
      }),
    );
  const search =
    openIndex &&
    (async (query: string | QueryInput, options?: RecallOptions) =>
      (await openIndex()).search(typeof query === "string" ? { text: query } : query, options));
  const recipes = pack && loadPack(pack);
  return {
    contract,
    paths: PATHS.filter((_, place) => [pack, student, index][place] !== undefined),
    answer: createAnswerer({
      contract,
      recipes,
      student: openStudent,
      recall: search,
      evidence: once(() => openEvidence(layer)),
      thresholds,
    }),
    recall: async (query, options) => (await search?.(query, options))?.hits ?? [],
    close: () => opened.close(),
  };
}

/** Opened by the first call; tried again where that fails. */
function once(open: () => Promise<Evidence | undefined>): () => Promise<Evidence | undefined> {
  let opened: Promise<Evidence | undefined> | undefined;
  return () =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
}

type Closable = { close(): Promise<void> };

/** What is opened when first needed, once (a failed opening is tried again), and closed together. */
function openings(): { later<T extends Closable>(open: () => Promise<T>): () => Promise<T>; close(): Promise<void> } {
  const open: Closable[] = [];
  return {
    later: <T extends Closable>(start: () => Promise<T>) => {
      let opened: Promise<T> | undefined;
      return () => {
        opened ??= start().then(
          (one) => {
            open.push(one);
            return one;
          },
          (error: unknown) => {
            opened = undefined;
            throw error;
          },
        );
        return opened;
      };
    },
    close: async () => {
      for (const one of open.splice(0)) await one.close();
    },
  };
}

async function studentOf(
  file: StudentFile,
  layer: LayerReader,
  { createSession, threads = 1 }: RuntimePorts,
): ReturnType<typeof createStudent> {
  const isMerged = file.weights !== undefined;
  const encoder = await requireLayer(layer, isMerged ? LAYER.merged : LAYER.encoder);
  const weights: Weights = isMerged
    ? new Map()
    : new Map([...(await adapterOf(file, encoder, layer)), ...(await weightsOf(layer, LAYER.heads))]);
  const tokenizer = jsonOf(await requireLayer(layer, LAYER.tokenizer), LAYER.tokenizer);
  return createStudent({
    file,
    encoder,
    tokenizer,
    weights,
    createSession,
    threads,
  });
}

/** The PEFT adapter under the names of the base's own weights; nothing for a student of heads alone. */
async function adapterOf(file: StudentFile, encoder: Uint8Array, layer: LayerReader): Promise<Weights> {
  const { lora } = specOf(file);
  if (lora === null) return new Map();
  const parameters = loraParameters(decodeBounded(encoder), lora).map(({ name }) => name.replace(/\.lora_[AB]$/, ""));
  return fromPeft(await weightsOf(layer, LAYER.adapter), parameters);
}

async function weightsOf(layer: LayerReader, path: string): Promise<Weights> {
  return readSafetensors(await requireLayer(layer, path)).weights;
}
