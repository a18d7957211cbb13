// This file checks that a recipe prints as text an auditor can read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { printRecipe, pruneNodes, Recipe } from "@kolm/recipe";

test("single-use nodes print inline and shared ones get a line", () => {
  const recipe = Recipe.parse({
    id: "ticket/only",
    field: "ticket",
    gives: "span",
    note: "one number, unless it is an error code",
    nodes: [
      { op: "find", pattern: "[0-9]{4}" },
      { op: "keep", of: 0, side: "before", phrases: ["error"], drop: true },
      { op: "count", of: 0 },
      { op: "number", value: 1 },
      { op: "equal", left: 2, right: 3 },
      { op: "pick", of: 1, at: "only" },
      { op: "when", if: 4, give: 5 },
    ],
  });
  assert.equal(
    printRecipe(recipe),
    [
      "recipe ticket/only: span of field ticket",
      "  # one number, unless it is an error code",
      "  #0 = find(/[0-9]{4}/)",
      '  => when count(#0) = 1 then pick(keep(#0, side: "before", phrases: "error", drop: true), at: "only")',
      "",
    ].join("\n"),
  );
});

test("a one-node recipe prints its result", () => {
  assert.equal(
    printRecipe({ id: "x", field: "f", gives: "span", nodes: [{ op: "null" }] }),
    "recipe x: span of field f\n  => null\n",
  );
});

test("pruning drops what the result does not need and renumbers the rest", () => {
  assert.deepEqual(
    pruneNodes([
      { op: "input" },
      { op: "null" },
      { op: "words", of: 0 },
      { op: "trim", of: 0 },
      { op: "concat", of: [3, 0] },
    ]),
    [{ op: "input" }, { op: "trim", of: 0 }, { op: "concat", of: [1, 0] }],
  );
});
