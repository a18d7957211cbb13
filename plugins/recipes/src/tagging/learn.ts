// This file learns recipes that give the spans of one label by rules about words and their neighbours that agree.
import type { Recipe } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import type { Learner } from "../evidence/cross-fit.ts";
import { FOLDS } from "../evidence/folds.ts";
import { slug } from "../label/values.ts";
import { CONTEXTS } from "./contexts.ts";
import { type Prepared, prepare, tagAll } from "./prepared.ts";
import { rulesFor, type Strictness } from "./rules.ts";
import { type Block, chooseStrictness, STRICTNESSES } from "./strictness.ts";

export type TaggingOptions = {
  readonly field: string;
  /** The label in a spans field; undefined for a span field. */
  readonly label?: string | undefined;
  /** What the rules are to reach on rows that they were not learnt from. */
  readonly precision: number;
};

/** Rules of all recipes of a contract together; a share of them for each. */
const RULES = 32_768;
const MOST_RULES = 4096;

/** A learner of "these tokens are of this label" at a strictness chosen on the folds, or undefined when none is sure enough. */
export function learnTagging(
  { field, label, precision }: TaggingOptions,
  answers: readonly Answer[],
  foldOf: (answer: Answer) => number,
): Learner | undefined {
  const tag = label === undefined ? field : `${field}/${label}`;
  const group = label === undefined ? `${field}/tagged` : `${field}/tagged-${slug(label)}`;
  const labels = prepare(answers)?.labels ?? 1;
  const most = Math.min(MOST_RULES, Math.floor(RULES / labels));
  const strictness = chooseStrictness(blocksBy(answers, foldOf), { label: tag, precision, most });
  if (strictness === undefined) return undefined;
  const note = noteOf(strictness);
  return (some) => {
    const prepared = prepare(some);
    if (prepared === undefined) return [];
    const node = tagNode(prepared, { tag, strictness, most });
    const recipe = recipeOf({ id: group, field, label, node, note });
    return [{ recipe, group, rank: 0, triggersIn: () => [] }];
  };
}

/** For each fold what was counted on the others; prepared answers are remembered, so that fields share them. */
function blocksBy(answers: readonly Answer[], foldOf: (answer: Answer) => number): readonly Block[] {
  return Array.from({ length: FOLDS }, (_, fold): Block[] => {
    const prepared = prepare(answers.filter((answer) => foldOf(answer) !== fold));
    if (prepared === undefined) return [];
    const held = answers.filter((answer) => foldOf(answer) === fold);
    const { apart, counts } = prepared;
    return [{ counts, held: tagAll(held, apart).map((row) => ({ row, keyed: counts.keyed(row) })) }];
  }).flat();
}

function noteOf({ least, purity, voices }: Strictness): string {
  return `rules seen ${least} times or more and right in ${purity} of them, ${voices} of which must agree; chosen among ${STRICTNESSES} on the folds that it is judged by`;
}

type TagNode = Extract<Recipe["nodes"][number], { op: "tag" }>;
type Parts = {
  readonly id: string;
  readonly field: string;
  readonly label: string | undefined;
  readonly node: TagNode;
  readonly note: string;
};

function recipeOf({ label, node, ...named }: Parts): Recipe {
  if (label === undefined) return { ...named, gives: "span", nodes: [node, { op: "pick", of: 0, at: "only" }] };
  return { ...named, gives: "marks", nodes: [node, { op: "label", of: 0, label }] };
}

type Rules = { readonly tag: string; readonly strictness: Strictness; readonly most: number };

function tagNode({ apart, counts }: Prepared, { tag, strictness, most }: Rules): TagNode {
  const said = rulesFor(counts, tag, { ...strictness, most });
  const is: string[] = [];
  const isnt: string[] = [];
  counts.keys.forEach((key, id) => {
    if (said[id] === 1) is.push(key);
    if (said[id] === -1) isnt.push(key);
  });
  const lexicon = [...counts.lexicon].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    op: "tag",
    ...(apart === "" ? {} : { apart }),
    ...(lexicon.length === 0 ? {} : { lexicon }),
    contexts: CONTEXTS.map((context) =>
      context.map(([feature, offset]): [typeof feature, number] => [feature, offset]),
    ),
    is: is.sort(),
    isnt: isnt.sort(),
    voices: strictness.voices,
  };
}
