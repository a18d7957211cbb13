// This file says for which labels of a field taggings are learnt, and on which folds they are judged.
import type { Field } from "@kolm/format";
import type { Answer } from "../answers.ts";
import { crossFit, type Tally } from "../evidence/cross-fit.ts";
import { FOLDS } from "../evidence/folds.ts";
import type { Gated } from "../evidence/gate.ts";
import { blocksOf } from "./blocks.ts";
import { slug } from "../label/values.ts";
import { learnTagging } from "./learn.ts";
import { piecesOf } from "./tagged.ts";

export type TaggedField = { readonly name: string; readonly field: Field; readonly precision: number };

/** Taggings of the labels, or the one span, that accepted recipes do not tell nearly always. */
export function tagField(
  { name, field, precision }: TaggedField,
  answers: readonly Answer[],
  { accepted }: Gated,
): readonly Tally[] {
  const labels = openLabels(name, field, { answers, accepted });
  if (labels.length === 0) return [];
  const blocks = blocksOf(
    answers.map(({ input }) => input),
    FOLDS,
  );
  const fold = new Map(answers.map((answer, index) => [answer, blocks[index] ?? 0]));
  const foldOf = (answer: Answer): number => fold.get(answer) ?? 0;
  return labels.flatMap((label) => {
    const learn = learnTagging({ field: name, label, precision }, answers, foldOf);
    return learn === undefined ? [] : crossFit(learn, answers, foldOf);
  });
}

/** Where shapes find this share of the spans, nothing is added. */
const TOLD = 0.95;

type Known = { readonly answers: readonly Answer[]; readonly accepted: Gated["accepted"] };

function openLabels(name: string, field: Field, { answers, accepted }: Known): readonly (string | undefined)[] {
  if (field.type !== "span" && field.type !== "spans") return [];
  const spans = new Map<string, number>();
  for (const { label } of answers.flatMap(piecesOf)) spans.set(label, (spans.get(label) ?? 0) + 1);
  const isOpen = (tag: string, right: number): boolean => right < TOLD * (spans.get(tag) ?? 0);
  if (field.type === "span") {
    const right = accepted
      .filter(({ recipe }) => recipe.startsWith(`${name}/span/`))
      .map(({ heldOut }) => heldOut.right);
    return isOpen(name, Math.max(0, ...right)) ? [undefined] : [];
  }
  if (accepted.some(({ recipe }) => recipe.startsWith(`${name}/spans/`))) return [];
  return field.labels.filter((label) => {
    const told = accepted.find(({ recipe }) => recipe.startsWith(`${name}/marks-${slug(label)}/`));
    const together = accepted.flatMap(({ byValue = [] }) => byValue.filter(({ value }) => value === label));
    return isOpen(`${name}/${label}`, Math.max(told?.heldOut.right ?? 0, ...together.map(({ right }) => right)));
  });
}
