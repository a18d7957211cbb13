// This file changes recipe packs at random and runs what is left of them: what the tests of hostile packs share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { KolmError } from "@kolm/format";
import { LIMITS, loadPack, type Pack, Recipe } from "@kolm/recipe";
import type { Rng } from "@kolm/stage";

export const INPUTS = [
  "",
  "order 12345 please",
  "\u{1F600}\uD800 x",
  "a".repeat(5_000),
  "1 ".repeat(2_000),
  "__proto__ constructor",
  "\0\n\r\t",
];

export const SEEDS: readonly Recipe[] = (
  JSON.parse(readFileSync(new URL("../vectors/recipe/programs.json", import.meta.url), "utf8")) as { recipe: unknown }[]
).map(({ recipe }, index) => ({ ...Recipe.parse(recipe), id: `r${index}` }));

/** Runs a pack on every input; decide must never throw and never leave its budget. */
export function drive(pack: Pack, inputs: readonly string[] = INPUTS): void {
  for (const input of inputs) {
    const { fields, marks, steps } = pack.decide(input);
    assert.ok(steps <= LIMITS.packSteps);
    for (const { value } of fields.values()) assert.notEqual(value, undefined);
    for (const { start, end, text } of marks) assert.equal(text, input.slice(start, end));
  }
}

export function loadOrRefuse(bytes: Uint8Array): Pack | undefined {
  try {
    return loadPack(bytes);
  } catch (error) {
    assert.ok(error instanceof KolmError, `not a KolmError: ${String(error)}`);
    return undefined;
  }
}

/** Canonical bytes of any JSON value, well-formed pack or not. */
export function encode(recipe: unknown): Uint8Array {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : value;
  return new TextEncoder().encode(JSON.stringify(sorted({ format: "kolm/recipes-1", recipes: [recipe] })));
}

const VALUES: readonly unknown[] = [
  0,
  1,
  2,
  3,
  255,
  -1,
  1e9,
  "",
  "a",
  "a+",
  "(a|b)*c",
  "((a{30}){30})",
  "[",
  "\uFFFF",
  true,
  null,
  [],
  [0],
  [0, 0, 0],
  [[]],
  {},
  "only",
  "start",
  "nothing",
];

/** Changes one value somewhere in a JSON tree. */
export function mutate(tree: unknown, rng: Rng): unknown {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key }); // arrays are written by index here
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(tree);
  const place = places[rng.integer(places.length)];
  if (place !== undefined) place.holder[place.key] = VALUES[rng.integer(VALUES.length)];
  return tree;
}

export function boolean(nodes: Recipe["nodes"], id = "r"): Recipe {
  return { id, field: id.replace(/[^a-z0-9_]/g, "_"), gives: "boolean", nodes };
}
