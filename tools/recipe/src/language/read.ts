// This file reads a pack by its schema piece by piece, so that the first thing wrong ends it: a hostile pack cannot buy work.
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { Node } from "./node.ts";
import { PackFile, Recipe } from "./recipe.ts";

/** The pack, or the first thing wrong with it and where, like recipes[0].nodes[2].of. */
export type ReadPack =
  | { readonly ok: true; readonly pack: PackFile }
  | { readonly ok: false; readonly place: string; readonly message: string };

const Outer = PackFile.extend({ recipes: z.array(z.unknown()) });
const OuterRecipe = Recipe.extend({ nodes: z.array(z.unknown()) });

/** Reads what canonical JSON held. */
export function readPack(value: unknown): ReadPack {
  const outer = Outer.safeParse(value);
  if (!outer.success) return wrong("", outer.error);
  const { recipes } = outer.data;
  if (recipes.length > LIMITS.recipes) return tooMany("recipes", recipes.length, LIMITS.recipes);
  const read: Recipe[] = [];
  for (const [index, one] of recipes.entries()) {
    const recipe = readRecipe(one, `recipes[${index}]`);
    if ("ok" in recipe) return recipe;
    read.push(recipe);
  }
  return { ok: true, pack: { ...outer.data, recipes: read } };
}

type Wrong = Extract<ReadPack, { readonly ok: false }>;

function readRecipe(value: unknown, place: string): Recipe | Wrong {
  const outer = OuterRecipe.safeParse(value);
  if (!outer.success) return wrong(place, outer.error);
  const { nodes } = outer.data;
  if (nodes.length === 0) return { ok: false, place: `${place}.nodes`, message: "a recipe has a node at least" };
  if (nodes.length > LIMITS.nodes) return tooMany(`${place}.nodes`, nodes.length, LIMITS.nodes);
  const read: Node[] = [];
  for (const [index, one] of nodes.entries()) {
    const here = `${place}.nodes[${index}]`;
    const list = longestList(one);
    if (list > LIMITS.tableEntries) return tooMany(here, list, LIMITS.tableEntries);
    const node = Node.safeParse(one);
    if (!node.success) return wrong(here, node.error);
    read.push(node.data);
  }
  return { ...outer.data, nodes: read };
}

function longestList(node: unknown): number {
  if (typeof node !== "object" || node === null) return 0;
  const lists = Object.values(node).filter((field: unknown) => Array.isArray(field));
  return lists.reduce((most: number, list: readonly unknown[]) => Math.max(most, list.length), 0);
}

function tooMany(place: string, found: number, most: number): Wrong {
  return { ok: false, place, message: `a list of ${found}, at most ${most} are allowed` };
}

function wrong(place: string, error: z.ZodError): Wrong {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  const full = `${place}${path.join("")}`.replace(/^\./, "");
  return { ok: false, place: full || "pack", message: issue?.message ?? "not a recipe pack" };
}
