// This file defines an answer: what was decided, by which path, how surely, and what it cost.
import type { FieldValue, Output } from "@kolm/format";
import type { Because } from "../evidence/evidence.ts";
import type { Hit } from "../recall/recall.ts";

export type FieldAnswer = {
  readonly value: FieldValue;
  readonly confidence: number;
  readonly path: "recipe" | "student" | "recall";
};

/** Counted, not timed: multiply-accumulates of encoder passes, recipe steps, vectors compared. */
export type Work = { readonly macs: number; readonly recipeSteps: number; readonly probes: number };

export type Answer = {
  /** null when abstained. */
  readonly output: Output | null;
  readonly abstained: boolean;
  /** Why it abstained, in one sentence. */
  readonly reason?: string;
  /** In [0, 1]; that of the least sure field, and of the input being one for this task. */
  readonly confidence: number;
  /** Fields as far as they were worked out, also when abstained. */
  readonly fields: Readonly<Record<string, FieldAnswer>>;
  readonly path: "recipe" | "student" | "recall" | "mixed" | "none";
  readonly recall?: readonly Hit[];
  /** The examples nearest to the input, where they were asked for, the student took part and the artifact carries them. */
  readonly because?: readonly Because[];
  readonly work: Work;
};

/** because: how many nearest examples to give beside the answer; none by default. */
export type AnswerOptions = { readonly because?: number | undefined };

/** Below either the runtime abstains. */
export type Thresholds = { readonly confidence: number; readonly scope: number };
