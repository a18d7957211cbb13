// This file learns the recipe of a text field, certifies it by leaving examples out, and lists what to ask a person.
import { compilePack, type Recipe } from "@kolm/recipe";
import { rowId } from "@kolm/stage";
import type { Answer } from "../answers.ts";
import type { Certificate, Rejection } from "../evidence/certificate.ts";
import type { Gated } from "../evidence/gate.ts";
import { decimalDown, wilsonLower } from "../evidence/wilson.ts";
import type { RecipesOptions } from "../options.ts";
import { type Example, learnFrom, type Learnt, type Program, runText } from "./learn.ts";
import { entryOf, type Table } from "./table/table.ts";
import { nodesOf, type Term } from "./term.ts";

/** A line of review.jsonl: programs that fit the examples give different texts for an input; one answer settles it. */
export type Question = {
  readonly id: string;
  readonly input: string;
  readonly why: "programs";
  readonly field: string;
  /** What each program gives, the likeliest first; null where it gives nothing. */
  readonly texts: readonly (string | null)[];
  /** The share of programs that do not give the first text. */
  readonly score: string;
};

export type GatedText = Gated & { readonly questions: readonly Question[] };

/** Programs this much dearer than the best one are no rivals. */
const MARGIN = 1;
const RIVALS = 2;
const QUESTIONS = 50;
const NOISE = 0.1;

/** All that is learnt about one text field; a pure function of its arguments. */
export function synthesiseText(task: {
  readonly name: string;
  readonly answers: readonly Answer[];
  readonly inputs: readonly string[];
  readonly options: RecipesOptions;
}): GatedText {
  const { name, answers, inputs, options } = task;
  const examples = answers.flatMap(({ input, output }) => exampleOf(input, output === null ? null : output.get(name)));
  const learnt = learnFrom(examples, inputs, { noise: NOISE });
  const [best] = learnt.programs;
  if (best === undefined) return { recipes: [], accepted: [], rejected: [], questions: [] };
  const rivals = rivalsOf(learnt, inputs);
  const recipe = recipeOf(name, best, rivals);
  const certificate = certify({ recipe, learnt, rivals, examples, inputs, answers });
  const passes = Number(certificate.lowerBound) >= options.precision;
  const reason = `left out, ${certificate.heldOut.right} of ${certificate.heldOut.fired} are right: the lower bound ${certificate.lowerBound} is below ${decimalDown(options.precision)}`;
  const rejected: Rejection[] = passes ? [] : [{ ...certificate, reason }];
  return {
    recipes: passes ? [recipe] : [],
    accepted: passes ? [certificate] : [],
    rejected,
    questions: questionsOf(name, [best, ...rivals], inputs),
  };
}

function exampleOf(input: string, value: unknown): Example[] {
  return typeof value === "string" || value === null ? [{ input, output: value }] : [];
}

/** Programs as good on the examples and nearly as simple that give another text for an input without answer. */
function rivalsOf({ programs }: Learnt, inputs: readonly string[]): Program[] {
  const [best] = programs;
  if (best === undefined) return [];
  const near = programs
    .slice(1)
    .filter(({ cost, wrong }) => cost <= best.cost + MARGIN && wrong.length === best.wrong.length);
  const said = textsOf(best, inputs);
  return near.filter((one) => textsOf(one, inputs).some((text, row) => text !== said[row])).slice(0, RIVALS);
}

function textsOf({ recipe }: Program, inputs: readonly string[]): (string | null)[] {
  const pack = compilePack([recipe]);
  return inputs.map((input) => runText(pack, input));
}

/** The best program; where a rival gives something else the recipe abstains. */
function recipeOf(name: string, best: Program, rivals: readonly Program[]): Recipe {
  let term: Term = best.term;
  for (const rival of rivals) {
    const same: Term<boolean> = { node: { op: "equal" }, of: [best.term, rival.term], cost: 0, values: [] };
    term = { node: { op: "when" }, of: [same, term], cost: 0, values: [] };
  }
  return { id: `text/${name}`, field: name, gives: "text", nodes: nodesOf(term) };
}

type Certifying = {
  readonly recipe: Recipe;
  readonly learnt: Learnt;
  readonly rivals: readonly Program[];
  readonly examples: readonly Example[];
  readonly inputs: readonly string[];
  readonly answers: readonly Answer[];
};

/** Each example is left out once; the search without it is asked for it. Leaving one out that only checked changes nothing. */
function certify({ recipe, learnt, rivals, examples, inputs, answers }: Certifying): Certificate {
  const [best] = learnt.programs;
  const known = compilePack([recipe]);
  const wrong: string[] = [];
  let [fired, right] = [0, 0];
  for (const [index, example] of examples.entries()) {
    const text = learnt.from.includes(example)
      ? leftOut(examples.toSpliced(index, 1), example, [...inputs, example.input])
      : openWithout(learnt.table, example)
        ? null
        : runText(known, example.input);
    if (text === null) continue;
    fired += 1;
    if (text === example.output) right += 1;
    else wrong.push(answers[index]?.id ?? rowId(example.input));
  }
  const lowerBound = decimalDown(wilsonLower(right, fired));
  return {
    recipe: recipe.id,
    field: recipe.field,
    gives: "text",
    author: "synthesis",
    support: examples.length - (best?.wrong.length ?? 0),
    heldOut: { folds: examples.length, fired, right, precision: decimalDown(fired === 0 ? 0 : right / fired) },
    lowerBound,
    errorBound: (1 - Number(lowerBound)).toFixed(4),
    counterExamples: wrong.sort().slice(0, 20),
    polarity: { inputs: 0, wrong: [] },
    alternatives: learnt.programs.length,
    ambiguity: { rivals: rivals.length, inputs: inputs.filter((input) => runText(known, input) === null).length },
  };
}

/** Whether the table would not know the example's key, or know it otherwise, had it not been for the example. */
function openWithout(table: Table | undefined, { input, output }: Example): boolean {
  const counts = table?.votes.get(table.keyOf(input) ?? "");
  if (counts === undefined) return false;
  const [text] = [...counts.keys()].filter((value) => output?.includes(value) === true);
  return entryOf(counts, text) !== entryOf(counts);
}

function leftOut(examples: readonly Example[], { input }: Example, inputs: readonly string[]): string | null {
  const learnt = learnFrom(examples, inputs, { noise: NOISE });
  const [best] = learnt.programs;
  return best === undefined ? null : runText(compilePack([recipeOf("text", best, rivalsOf(learnt, inputs))]), input);
}

/** Inputs on which the programs differ, those that split them most evenly first. */
function questionsOf(field: string, programs: readonly Program[], inputs: readonly string[]): Question[] {
  const texts = programs.map((program) => textsOf(program, inputs));
  const questions = inputs.flatMap((input, row): Question[] => {
    const said = texts.map((given) => given[row] ?? null);
    const other = said.filter((text) => text !== said[0]).length;
    if (other === 0) return [];
    return [{ id: rowId(input), input, why: "programs", field, texts: said, score: (other / said.length).toFixed(4) }];
  });
  return questions
    .sort((a, b) => (a.score === b.score ? (a.id < b.id ? -1 : 1) : a.score < b.score ? 1 : -1))
    .slice(0, QUESTIONS);
}
