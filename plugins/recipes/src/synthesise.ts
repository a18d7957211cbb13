// This file synthesises the recipes of one field: the learners of its kind, cross-fitting, the gate.
import type { Field } from "@kolm/format";
import type { Answer } from "./answers.ts";
import { crossFit, type Learner } from "./evidence/cross-fit.ts";
import { foldById, foldByInput } from "./evidence/folds.ts";
import { gate, type Gated } from "./evidence/gate.ts";
import { learnPhrases } from "./label/phrases.ts";
import { learnRecall } from "./label/recall.ts";
import type { RecipesOptions } from "./options.ts";
import { learnSpan } from "./span/span-field.ts";
import { learnSpans } from "./span/spans-field.ts";
import { tagField } from "./tagging/field.ts";
import { learnValue } from "./value/value-field.ts";

/** All that is learnt about one field; a pure function of its arguments. */
export function synthesise(task: {
  readonly name: string;
  readonly field: Field;
  readonly answers: readonly Answer[];
  readonly options: RecipesOptions;
}): Gated {
  const { name, field, answers, options } = task;
  const known = answers.filter((answer) => answer.output === null || answer.output.has(name));
  const tallies = learnersOf(name, field, options).flatMap(({ learn, foldOf }) => crossFit(learn, known, foldOf));
  const gated = gate(tallies, options.precision, options.maxRules);
  const tagged = tagField({ name, field, precision: options.precision }, known, gated);
  return tagged.length === 0 ? gated : gate([...tallies, ...tagged], options.precision, options.maxRules);
}

type Fitted = { readonly learn: Learner; readonly foldOf: (answer: Answer) => number };

function learnersOf(name: string, field: Field, { minSupport }: RecipesOptions): readonly Fitted[] {
  switch (field.type) {
    case "enum":
    case "boolean":
      return [
        { learn: learnRecall(name, field.type), foldOf: foldById },
        { learn: learnPhrases(name, field.type, minSupport), foldOf: foldByInput },
      ];
    case "span":
      return [{ learn: learnSpan(name, minSupport), foldOf: foldByInput }];
    case "text":
      return [{ learn: learnValue(name, minSupport), foldOf: foldByInput }];
    case "spans":
      return [{ learn: learnSpans(name, field.labels, minSupport), foldOf: foldByInput }];
    case "retrieval":
      return [];
  }
}
