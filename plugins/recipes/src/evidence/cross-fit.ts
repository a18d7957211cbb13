// This file measures recipes on answers they were not learnt from: synthesise on four folds, judge on the fifth.
import type { Recipe } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import { FOLDS } from "./folds.ts";
import { judgeOf } from "./outcome.ts";
import { isNegated } from "./polarity.ts";

/** A recipe with its place among alternatives: of one group at most one is kept; lower rank is simpler. */
export type Draft = {
  readonly recipe: Recipe;
  readonly group: string;
  readonly rank: number;
  /** Who wrote it; the synthesiser when left out. */
  readonly author?: Author;
  /** Ids of answers it was written from, whatever the fold: they prove nothing. */
  readonly seen?: ReadonlySet<string>;
  /** What the recipe reacts to in an input, for the polarity check. */
  readonly triggersIn: (answer: Answer) => readonly string[];
};

export type Author = "synthesis" | `teacher ${string}`;

/** A deterministic synthesis: the same answers give the same drafts. */
export type Learner = (answers: readonly Answer[]) => readonly Draft[];

export type Tally = {
  readonly recipe: Recipe;
  readonly group: string;
  readonly rank: number;
  readonly author: Author;
  support: number;
  fired: number;
  right: number;
  negated: number;
  readonly wrong: string[];
  readonly wrongInSample: string[];
  readonly negatedWrong: string[];
  /** The held-out record by value given, or by label of a mark. */
  readonly parts: Map<string, { fired: number; right: number }>;
};

/** The drafts learnt from all answers, each with the record of its namesakes on held-out folds. */
export function crossFit(
  learn: Learner,
  answers: readonly Answer[],
  foldOf: (answer: Answer) => number,
): readonly Tally[] {
  const tallies = new Map<string, Tally>();
  for (const draft of learn(answers)) tallies.set(draft.recipe.id, inSample(draft, answers));
  if (tallies.size === 0) return [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = answers.filter((answer) => foldOf(answer) === fold);
    const rest = answers.filter((answer) => foldOf(answer) !== fold);
    for (const draft of learn(rest)) {
      const tally = tallies.get(draft.recipe.id);
      if (tally !== undefined) judgeHeldOut(tally, draft, held);
    }
  }
  return [...tallies.values()];
}

function inSample({ recipe, group, rank, author = "synthesis" }: Draft, answers: readonly Answer[]): Tally {
  const tally: Tally = {
    recipe,
    group,
    rank,
    author,
    support: 0,
    fired: 0,
    right: 0,
    negated: 0,
    wrong: [],
    wrongInSample: [],
    negatedWrong: [],
    parts: new Map(),
  };
  const judge = judgeOf(recipe);
  for (const answer of answers) {
    const { fired, right } = judge(answer);
    tally.support += right;
    if (right < fired) tally.wrongInSample.push(answer.id);
  }
  return tally;
}

function judgeHeldOut(tally: Tally, draft: Draft, held: readonly Answer[]): void {
  const judge = judgeOf(draft.recipe);
  for (const answer of held) {
    if (draft.seen?.has(answer.id) === true) continue;
    const { fired, right, parts } = judge(answer);
    if (fired === 0) continue;
    tally.fired += fired;
    tally.right += right;
    for (const part of parts) {
      const record = tally.parts.get(part.value) ?? { fired: 0, right: 0 };
      tally.parts.set(part.value, { fired: record.fired + 1, right: record.right + (part.right ? 1 : 0) });
    }
    const wrong = right < fired;
    if (wrong) tally.wrong.push(answer.id);
    if (!isNegated(answer.input, draft.triggersIn(answer))) continue;
    tally.negated += 1;
    if (wrong) tally.negatedWrong.push(answer.id);
  }
}
