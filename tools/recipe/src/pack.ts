// This file loads a recipe pack and decides fields with it: the first recipe of a field to give a value wins.
import { canonicalBytes, type FieldValue, KolmError, type LabelledSpan, parseCanonical } from "@kolm/format";
import type { ZodError } from "zod";
import { checkRecipe } from "./language/check.ts";
import { readPack } from "./language/read.ts";
import { PACK_FORMAT, PackFile, type Recipe } from "./language/recipe.ts";
import { LIMITS } from "./limits.ts";
import type { Pattern } from "./pattern/pattern.ts";
import { compileRecipe } from "./run/compile.ts";
import { type Evaluate, nextRecipe, type Piece, type Run, startRun, stepsOf, type Value } from "./run/run.ts";

/** What one recipe decided about one field. */
export type Decision = { readonly value: FieldValue; readonly recipe: string };
/** A span of a spans field that a "marks" recipe is sure of; the field as a whole stays open. */
export type Mark = LabelledSpan & { readonly field: string; readonly recipe: string };
/** Fields decided, single spans known, and the steps it took; a field without an entry is left to the student. */
export type Decisions = {
  readonly fields: ReadonlyMap<string, Decision>;
  readonly marks: readonly Mark[];
  readonly steps: number;
};

export type Pack = {
  readonly recipes: readonly Recipe[];
  /** Never throws; an input longer than 65,536 UTF-16 units decides nothing. */
  decide(input: string): Decisions;
};

type Loaded = { readonly recipe: Recipe; readonly evaluate: Evaluate };

/** Reads and checks a pack; KolmError RECIPE_PACK (bytes, schema) or RECIPE_INVALID (a recipe), with the place. */
export function loadPack(bytes: Uint8Array): Pack {
  if (bytes.length > LIMITS.packBytes)
    throw packError(`${bytes.length} bytes, at most ${LIMITS.packBytes} are allowed`);
  const json = parseCanonical(bytes);
  if (!json.ok) throw packError(`the file ${json.reason}`);
  const read = readPack(json.value);
  if (!read.ok) throw packError(`${read.place}: ${read.message}`);
  return compilePack(read.pack.recipes);
}

/** The canonical bytes of a pack; the recipes are checked first. */
export function encodePack(recipes: readonly Recipe[]): Uint8Array {
  const parsed = PackFile.safeParse({ format: PACK_FORMAT, recipes });
  if (!parsed.success) throw schemaError(parsed.error);
  compilePack(parsed.data.recipes);
  return canonicalBytes(parsed.data);
}

/** Checks and compiles recipes without bytes between, for synthesis. */
export function compilePack(recipes: readonly Recipe[]): Pack {
  const ids = new Set<string>();
  const patterns = new Map<string, Pattern>();
  let weight = 0;
  const loaded = recipes.map((recipe, index): Loaded => {
    const place = `recipes[${index}]`;
    if (ids.has(recipe.id)) throw new KolmError("RECIPE_INVALID", `${place}: the id ${recipe.id} stands twice`);
    ids.add(recipe.id);
    const checked = checkRecipe(recipe, place, patterns);
    for (const pattern of checked.patterns.values()) weight += pattern.weight;
    if (weight > LIMITS.packWeight)
      throw new KolmError("RECIPE_INVALID", `${place}: the patterns of the pack weigh too much`);
    return { recipe, evaluate: compileRecipe(checked) };
  });
  return { recipes, decide: (input) => decide(loaded, input) };
}

function decide(loaded: readonly Loaded[], input: string): Decisions {
  const fields = new Map<string, Decision>();
  const marks: Mark[] = [];
  if (typeof input !== "string" || input.length > LIMITS.input) return { fields, marks, steps: 0 };
  const run = startRun(input);
  for (const { recipe, evaluate } of loaded) {
    if (fields.has(recipe.field)) continue;
    nextRecipe(run);
    const value = evaluate(run);
    if (value === undefined || run.spent) continue;
    if (recipe.gives === "marks") marks.push(...marksOf(recipe, value, run).filter((mark) => isFree(mark, marks)));
    else fields.set(recipe.field, { value: fieldValue(value, run), recipe: recipe.id });
  }
  return { fields, marks: marks.filter((mark) => !fields.has(mark.field)), steps: stepsOf(run) };
}

function fieldValue(value: Exclude<Value, undefined>, run: Run): FieldValue {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (isList(value)) return value.map((piece) => labelled(piece, run));
  // The checker lets no number through: a result is text, a flag, a span or a list.
  const { start, end } = value as Piece;
  return { start, end, text: run.input.slice(start, end) };
}

function marksOf(recipe: Recipe, value: Value, run: Run): Mark[] {
  return (value as readonly Piece[]).map((piece) => ({
    ...labelled(piece, run),
    field: recipe.field,
    recipe: recipe.id,
  })); // checked kind
}

/** No earlier recipe marked any of it: recipes stand in order of preference. */
function isFree(mark: Mark, marks: readonly Mark[]): boolean {
  return !marks.some(({ field, start, end }) => field === mark.field && start < mark.end && mark.start < end);
}

function labelled({ start, end, label }: Piece, run: Run): LabelledSpan {
  return { start, end, label: label ?? "", text: run.input.slice(start, end) };
}

function isList(value: Value): value is readonly Piece[] {
  return Array.isArray(value);
}

function schemaError(error: ZodError): KolmError {
  const issue = error.issues[0];
  const path = (issue?.path ?? [])
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  return packError(`${path.replace(/^\./, "") || "pack"}: ${issue?.message ?? "not a recipe pack"}`);
}

function packError(message: string): KolmError {
  return new KolmError("RECIPE_PACK", `recipe pack: ${message}`, {
    hint: "SPEC.md of @kolm/recipe gives the form of a pack.",
  });
}
