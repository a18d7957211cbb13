// This file reads what a student is made from: the base, the contract and the teacher's answers as lessons.
import { type Contract, KolmError } from "@kolm/format";
import { decodeModel, findTargets, type Graph, type StudentSpec, tidy } from "@kolm/onnx";
import { type BaseFile, createTokenizer, type Tokenizer } from "@kolm/runtime";
import type { Context } from "@kolm/stage";
import { type SettledOptions, settle, type StudentOptions } from "./options.ts";
import { readAnswers } from "./rows/answers.ts";
import { type Head, headsOf } from "./rows/heads.ts";
import { type Lesson, lessonsOf } from "./rows/lesson.ts";
import { readUnlabelled } from "./unlabelled/read.ts";

export type Material = {
  readonly base: BaseFile;
  /** The base encoder, serialised and decoded. */
  readonly model: Uint8Array;
  readonly graph: Graph;
  readonly tokenizer: Tokenizer;
  readonly heads: readonly Head[];
  readonly lessons: readonly Lesson[];
  /** Inputs without answers; they teach only what the student makes of them itself. */
  readonly unlabelled: readonly Lesson[];
  /** Adapter targets are names of weights, no longer patterns. */
  readonly spec: StudentSpec;
};

/** KolmError ANSWERS_EMPTY when no row has an answer, LORA_TARGET when a target is no weight of the base. */
export async function readMaterial({ inputs, options }: Context<StudentOptions>): Promise<Material> {
  const base = await inputs.json<BaseFile>("base/base.json");
  const contract = await inputs.json<Contract>("spec/contract.json");
  const rows = await readAnswers(inputs);
  if (!rows.some(({ output }) => output !== null)) {
    throw new KolmError("ANSWERS_EMPTY", "no example has an answer, so there is nothing to teach a student", {
      hint: "Label some examples, or look at teach/answers.jsonl for what the teacher said.",
    });
  }
  const tokenizerJson: unknown = JSON.parse(new TextDecoder().decode(await inputs.blob(base.tokenizer)));
  const tokenizer = createTokenizer(tokenizerJson, { maxTokens: base.maxTokens });
  const model = await inputs.blob(base.model);
  const graph = decodeModel(model);
  const heads = headsOf(contract, rows);
  if (Object.values(contract.output).every(({ type }) => type === "text" || type === "retrieval")) {
    throw new KolmError("STUDENT_NO_FIELDS", "every field is a text or a retrieval, and a student gives neither", {
      hint: "Write student: {enabled: false} in task.yaml; recipes and recall answer.",
    });
  }
  const encode = (text: string): ReturnType<Tokenizer["encode"]> => tokenizer.encode(text);
  const lessons = lessonsOf(rows, heads, encode);
  const unlabelled = await readUnlabelled(inputs, { labelled: lessons, heads, encode });
  return {
    base,
    model,
    graph,
    tokenizer,
    heads,
    lessons,
    unlabelled,
    spec: studentSpec(graph, { base, heads, options: settle(options, lessons.length) }),
  };
}

type Parts = {
  readonly base: BaseFile;
  readonly heads: readonly Head[];
  readonly options: Pick<SettledOptions, "rank" | "alpha" | "targets">;
};

/** The student these options ask for; KolmError LORA_TARGET when a target is no weight of the base. */
export function studentSpec(graph: Graph, { base, heads, options: { rank, alpha, targets } }: Parts): StudentSpec {
  // What only a text head reads cannot be trained by token heads, and the other way round.
  const used = tidy(graph, [...new Set(heads.map(({ on }) => base.encoder[on]))]);
  const weights = targets.length === 0 ? [] : findTargets(used, targets).map(({ weight }) => weight);
  return {
    encoder: base.encoder,
    lora: weights.length === 0 ? null : { rank, alpha, targets: weights },
    heads: heads.map(({ name, on, classes }) => ({ name, on, classes })),
  };
}
