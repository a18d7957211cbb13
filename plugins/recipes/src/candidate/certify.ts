// This file holds a teacher's programs for one field to the same evidence and the same gate as the synthesiser's own.
import type { Field } from "@kolm/format";
import type { Answer } from "../answers.ts";
import { crossFit, type Draft, type Learner } from "../evidence/cross-fit.ts";
import { foldByInput } from "../evidence/folds.ts";
import { gate, type Gated } from "../evidence/gate.ts";
import type { RecipesOptions } from "../options.ts";
import { minimise } from "./minimise.ts";
import { type Candidate, type Decidable, isDecidable, recipeOf } from "./read.ts";
import { repair } from "./repair.ts";

/** The programs of one field, repaired, minimised and judged; a pure function of its arguments. */
export function certifyCandidates(task: {
  readonly name: string;
  readonly field: Field;
  readonly answers: readonly Answer[];
  readonly inputs: readonly string[];
  readonly options: RecipesOptions;
  readonly candidates: readonly Candidate[];
}): Gated {
  const { name, field, answers, options, candidates } = task;
  if (!isDecidable(field)) return { recipes: [], accepted: [], rejected: [] };
  const known = answers.filter((answer) => answer.output === null || answer.output.has(name));
  const own = candidates.filter((one) => one.field === name);
  const tallies = own.flatMap((candidate, index) =>
    crossFit(learnerOf(candidate, index, { ...task, field }), known, foldByInput),
  );
  return gate(tallies, options.precision, options.maxRules);
}

/** What is learnt of a program on some answers is its repair: on the held-out fold it stands as it would have become without it. */
function learnerOf(
  { nodes, author, seen }: Candidate,
  index: number,
  { name, field, inputs }: { readonly name: string; readonly field: Decidable; readonly inputs: readonly string[] },
): Learner {
  return (answers) => {
    const repaired = repair(nodes, { name, field, answers });
    if (repaired === undefined) return [];
    const looked = [...answers.map(({ input }) => input), ...inputs];
    const least = minimise(repaired, { name, field, inputs: looked });
    const recipe = recipeOf(`${name}/teacher/${index}`, name, field, least);
    const phrases = least.flatMap((node) => (node.op === "ngram" || node.op === "contains" ? node.any : []));
    const draft: Draft = {
      recipe,
      group: `${name}/teacher`,
      rank: index,
      author,
      seen,
      triggersIn: () => phrases,
    };
    return [draft];
  };
}
