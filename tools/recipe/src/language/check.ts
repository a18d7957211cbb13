// This file checks a recipe beyond its schema: references, kinds, patterns and tables (SPEC.md §3).
import { KolmError } from "@kolm/format";
import { LIMITS } from "../limits.ts";
import { PatternError } from "../pattern/parse.ts";
import { compilePattern, type Pattern } from "../pattern/pattern.ts";
import { wordsOf } from "../text/words.ts";
import { isForm } from "../parse/show/show.ts";
import { readForm } from "../time/show.ts";
import { type Kind, kindOf, operandsOf } from "./kinds.ts";
import type { Node, NodeOf } from "./node.ts";
import type { Gives, Recipe } from "./recipe.ts";

/** A recipe known to be well-formed, with its patterns compiled, by node index. */
export type Checked = {
  readonly recipe: Recipe;
  readonly patterns: ReadonlyMap<number, Pattern>;
  readonly uses: readonly number[];
};

const RESULT: Readonly<Record<Gives, Kind>> = {
  enum: "text",
  boolean: "flag",
  text: "text",
  span: "span",
  spans: "labelled",
  marks: "labelled",
};

/** The kind of the node that a recipe of this kind ends in. */
export function kindGiven(gives: Gives): Kind {
  return RESULT[gives];
}

/** Checks a recipe, taking patterns from `compiled` and adding to it; KolmError RECIPE_INVALID names the place, like recipes[0].nodes[2].of. */
export function checkRecipe(recipe: Recipe, place: string, compiled: Map<string, Pattern> = new Map()): Checked {
  const kinds: Kind[] = [];
  const patterns = new Map<number, Pattern>();
  const uses = recipe.nodes.map(() => 0);
  recipe.nodes.forEach((node, index) => {
    const here = `${place}.nodes[${index}]`;
    kinds.push(checkKinds(node, kinds, here));
    for (const { ref } of operandsOf(node)) uses[ref] = (uses[ref] ?? 0) + 1;
    if ("pattern" in node) patterns.set(index, checkPattern(node, here, compiled));
    if (node.op === "lookup") checkTable(node.table, `${here}.table`);
    if (node.op === "tag") checkTag(node, here);
    checkFields(node, here);
    if ("phrases" in node || node.op === "ngram")
      checkPhrases(node.op === "ngram" ? node.any : (node.phrases ?? []), here);
    if (node.op === "keep" && [node.chars, node.phrases, node.edge].filter((test) => test !== undefined).length !== 1) {
      invalid(here, "keep takes one of chars, phrases and edge");
    }
  });
  const last = recipe.nodes.length - 1;
  const unused = uses.findIndex((count, index) => count === 0 && index !== last);
  if (unused >= 0) invalid(`${place}.nodes[${unused}]`, "no node reads this one and it is not the last");
  const result = kinds[last];
  if (result !== RESULT[recipe.gives]) {
    invalid(
      `${place}.nodes[${last}]`,
      `a recipe that gives ${recipe.gives} ends in ${RESULT[recipe.gives]}, found ${result}`,
    );
  }
  return { recipe, patterns, uses };
}

function checkKinds(node: Node, kinds: readonly Kind[], here: string): Kind {
  const found = operandsOf(node).map(({ ref, kinds: expected }) => {
    const kind = kinds[ref];
    if (kind === undefined) return invalid(here, `${node.op} refers to node ${ref}; only lower indices are allowed`);
    if (kind !== "nothing" && !expected.includes(kind)) {
      invalid(here, `${node.op} takes ${expected.join(" or ")}, node ${ref} gives ${kind}`);
    }
    return kind;
  });
  if (node.op === "equal" && !found.includes("nothing") && found[0] !== found[1]) {
    invalid(here, `equal compares one kind, found ${found.join(" and ")}`);
  }
  return kindOf(node, found) ?? invalid(here, `the branches of ${node.op} give different kinds: ${found.join(", ")}`);
}

type PatternNode = Extract<Node, { pattern: string }>;

function checkPattern(node: PatternNode, here: string, compiled: Map<string, Pattern>): Pattern {
  const key = `${node.fold === true ? "fold" : "exact"} ${node.pattern}`;
  const pattern = compiled.get(key) ?? compileAt(node, here);
  compiled.set(key, pattern);
  const group = "group" in node ? (node.group ?? 0) : 0;
  if (group > pattern.groups)
    invalid(`${here}.group`, `the pattern has ${pattern.groups} groups, ${group} was asked for`);
  return pattern;
}

function compileAt(node: PatternNode, here: string): Pattern {
  try {
    return compilePattern(node.pattern, node.fold === true);
  } catch (error) {
    if (error instanceof PatternError)
      return invalid(`${here}.pattern`, `${error.message} (character ${error.at + 1})`);
    throw error;
  }
}

/** What the schema of one operation cannot say. */
function checkFields(node: Node, here: string): void {
  if (node.op === "place" && node.before === undefined && node.after === undefined) {
    invalid(here, "place takes before, after or both");
  }
  if (node.op === "tally" && (node.run === undefined) === (node.find === undefined)) {
    invalid(here, "tally takes one of run and find");
  }
  if (node.op === "write" && !isForm(node.as, node.form)) {
    invalid(`${here}.form`, `${JSON.stringify(node.form)} is no form of a ${node.as}`);
  }
  if (node.op === "scale") {
    const { times, over, plus } = node;
    if (times === undefined && over === undefined && plus === undefined)
      invalid(here, "scale takes times, over or plus");
    if (times === "0" || over === "0") invalid(here, "scale takes no times and no over of 0");
  }
  if (node.op === "round" && (node.to === "0" || node.to.startsWith("-"))) invalid(`${here}.to`, "to must be above 0");
  const form = node.op === "show" ? readForm(node.form) : [];
  if (typeof form === "string") invalid(`${here}.form`, `${JSON.stringify(form)} is no part of a date or time`);
}

function checkTable(table: readonly (readonly [string, string])[], here: string): void {
  checkSorted(
    table.map(([key]) => key),
    here,
  );
}

function checkTag({ lexicon, is, isnt }: NodeOf<"tag">, here: string): void {
  checkTable(lexicon ?? [], `${here}.lexicon`);
  checkSorted(is, `${here}.is`);
  checkSorted(isnt, `${here}.isnt`);
  const against = new Set(isnt);
  const both = is.find((key) => against.has(key));
  if (both !== undefined) invalid(here, `the key ${JSON.stringify(both)} speaks for and against`);
}

function checkSorted(keys: readonly string[], here: string): void {
  const wrong = keys.findIndex((key, index) => index > 0 && !((keys[index - 1] ?? "") < key));
  if (wrong > 0) invalid(`${here}[${wrong}]`, "keys must be unique and sorted by code units");
}

function checkPhrases(phrases: readonly string[], here: string): void {
  phrases.forEach((phrase, index) => {
    const { list } = wordsOf(phrase);
    if (list.length === 0 || list.length > LIMITS.phraseWords) {
      invalid(here, `phrase ${index} has ${list.length} words, 1 to ${LIMITS.phraseWords} are allowed`);
    }
  });
}

function invalid(place: string, message: string): never {
  throw new KolmError("RECIPE_INVALID", `${place}: ${message}`, {
    hint: "SPEC.md of @kolm/recipe lists what each operation takes.",
  });
}
