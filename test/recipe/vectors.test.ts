// This file checks the interpreter against the portable vectors, which any other implementation can run too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compilePattern, encodePack, loadPack, Recipe } from "@kolm/recipe";

type Result = { readonly input: string; readonly value?: unknown; readonly abstains?: true; readonly steps: number };
type ProgramVector = { readonly name: string; readonly recipe: unknown; readonly results: readonly Result[] };
type PatternVector = {
  readonly pattern: string;
  readonly fold?: true;
  readonly group?: number;
  readonly text: string;
  readonly found?: readonly (readonly [number, number])[];
  readonly refused?: true;
};

function vectors<T>(file: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../vectors/recipe/${file}`, import.meta.url), "utf8")) as T[]; // files of this repository
}

for (const { name, recipe, results } of vectors<ProgramVector>("programs.json")) {
  test(`program vector: ${name}`, () => {
    const pack = loadPack(encodePack([Recipe.parse(recipe)]));
    for (const { input, value, abstains, steps } of results) {
      const decisions = pack.decide(input);
      assert.deepEqual(decisions.fields.get("f")?.value, abstains === true ? undefined : value, JSON.stringify(input));
      assert.equal(decisions.steps, steps, `steps of ${JSON.stringify(input)}`);
    }
  });
}

test("pattern vectors are found or refused as recorded", () => {
  for (const { pattern, fold, group, text, found, refused } of vectors<PatternVector>("patterns.json")) {
    if (refused === true) {
      assert.throws(() => compilePattern(pattern, fold === true), { name: "Error" }, pattern);
      continue;
    }
    const node = { op: "find" as const, pattern, group: group ?? 0, ...(fold === true ? { fold } : {}) };
    const recipe: Recipe = { id: "v", field: "f", gives: "marks", nodes: [node, { op: "label", of: 0, label: "m" }] };
    const { marks } = loadPack(encodePack([recipe])).decide(text);
    assert.deepEqual(
      marks.map(({ start, end }) => [start, end]),
      found,
      pattern,
    );
  }
});
