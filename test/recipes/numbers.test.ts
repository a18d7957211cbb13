// This file checks what is learnt about numbers: written otherwise, computed with constants, converted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePack, printRecipe } from "@kolm/recipe";
import { learnText, runText } from "@kolm/recipes/synthesis";

type Pair = readonly [input: string, output: string | null];

function holds(shown: readonly Pair[], expected: readonly Pair[]): void {
  const [program] = learnText(shown.map(([input, output]) => ({ input, output })));
  assert.ok(program, "nothing was learnt");
  const pack = compilePack([program.recipe]);
  for (const [input, output] of expected) assert.equal(runText(pack, input), output, printRecipe(program.recipe));
}

test("one example is enough to write a number with two decimals behind a sign", () => {
  holds(
    [["12.5", "$12.50"]],
    [
      ["7", "$7.00"],
      ["1234.567", "$1234.57"],
    ],
  );
});

test("thousands are grouped, and grouping is taken away", () => {
  holds(
    [["1234567", "1,234,567"]],
    [
      ["12345", "12,345"],
      ["999", "999"],
    ],
  );
  holds([["total: 1,234,567 pcs", "1234567"]], [["total: 12 pcs", "12"]]);
});

test("a measure is converted to the unit of the example", () => {
  holds(
    [["1,200 g", "1.2 kg"]],
    [
      ["500 g", "0.5 kg"],
      ["3 kg", "3 kg"],
    ],
  );
  holds([["90 min", "1.5h"]], [["45 min", "0.75h"]]);
});

test("a number is multiplied, divided or added to by a constant that two examples agree on", () => {
  holds(
    [
      ["4 boxes", "48 eggs"],
      ["7 boxes", "84 eggs"],
    ],
    [["10 boxes", "120 eggs"]],
  );
  holds(
    [
      ["2019", "1476"],
      ["1999", "1456"],
    ],
    [["2024", "1481"]],
  );
  holds(
    [
      ["0.25", "25%"],
      ["0.5", "50%"],
    ],
    [["0.07", "7%"]],
  );
});

test("a number is rounded to the step that the examples show", () => {
  holds(
    [
      ["1234", "1200"],
      ["987", "900"],
      ["12050", "12000"],
    ],
    [["455", "400"]],
  );
  holds(
    [
      ["3.14159", "3.14"],
      ["2.71828", "2.72"],
    ],
    [["1.005", "1.01"]],
  );
});

test("a text that is no number gives nothing where the program computes", () => {
  holds(
    [
      ["4 kg", "8"],
      ["7 kg", "14"],
    ],
    [["some kg", null]],
  );
});

test("what is copied stays copied", () => {
  holds([["order 007 of 9", "007"]], [["order 0123 of 1", "0123"]]);
});
