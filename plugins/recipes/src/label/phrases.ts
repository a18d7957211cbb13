// This file learns, for each value of an enum or boolean field, the phrases that are only ever said with it.
import type { Answer } from "../answers.ts";
import type { Draft, Learner } from "../evidence/cross-fit.ts";
import { NEGATIONS } from "../evidence/polarity.ts";
import { choosePhrases } from "./choose.ts";
import { countPhrases, phrasesOf } from "./counts.ts";
import { anyValueNodes, oneValueNodes } from "./nodes.ts";
import { type LabelKind, slug } from "./values.ts";

/** How often a phrase must be seen, with no exception, times the configured support; higher is stricter. */
const STRICTNESS = [1, 2, 4, 8, 16] as const;

type Choice = {
  readonly kind: LabelKind;
  readonly field: string;
  readonly chosen: ReadonlyMap<string, readonly string[]>;
};

/** Drafts of one recipe a value, and of one for all values together, at each strictness, silent near negations or not. */
export function learnPhrases(field: string, kind: LabelKind, minSupport: number): Learner {
  return (answers) => {
    const counts = countPhrases(answers, field);
    return STRICTNESS.flatMap((strictness, level) => {
      const chosen = choosePhrases(counts, answers, { field, least: strictness * minSupport });
      const choices = [...chosen].map(([label, phrases]): Choice => ({
        field,
        kind,
        chosen: new Map([[label, phrases]]),
      }));
      if (chosen.size > 1) choices.push({ field, kind, chosen });
      return choices.flatMap((choice) => [draft(choice, level, false), draft(choice, level, true)]);
    });
  };
}

function draft({ field, kind, chosen }: Choice, level: number, careful: boolean): Draft {
  const [only] = chosen.keys();
  const group = `${field}/${chosen.size > 1 || only === undefined ? "any" : `is-${slug(only)}`}`;
  const nodes = chosen.size > 1 ? anyValueNodes(kind, chosen) : oneValueNodes(kind, chosen);
  const phrases = new Set([...chosen.values()].flat());
  const id = `${group}/${level}${careful ? "-careful" : ""}`;
  return {
    recipe: { id, field, gives: kind, nodes: careful ? unlessNegated(nodes) : nodes },
    group,
    rank: 2 * level + (careful ? 1 : 0),
    triggersIn: (answer: Answer) => phrasesOf(answer).filter((phrase) => phrases.has(phrase)),
  };
}

/** The same, silent on inputs with any negation. */
function unlessNegated(nodes: Draft["recipe"]["nodes"]): Draft["recipe"]["nodes"] {
  const last = nodes.length - 1;
  return [
    ...nodes,
    { op: "ngram", any: [...NEGATIONS] },
    { op: "not", of: last + 1 },
    { op: "when", if: last + 2, give: last },
  ];
}
