// This file checks that text fields which are one value of the input are learnt with their settings, and only from enough evidence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePack } from "@kolm/recipe";
import { type Answer, synthesise } from "@kolm/recipes/synthesis";
import { RecipesOptions } from "@kolm/recipes";

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** Sixty days in three written forms; numbers in the given order. */
function answers(order: "dmy" | "mdy"): readonly Answer[] {
  return Array.from({ length: 60 }, (_, index): Answer => {
    const [month, day] = [(index % 12) + 1, ((index * 7) % 28) + 1];
    const iso = `${2001 + index}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
    const year = iso.slice(0, 4);
    const forms = [
      `${day} ${MONTHS[month - 1]} ${year}`,
      iso,
      (order === "dmy" ? [day, month, year] : [month, day, year]).join("/"),
    ];
    return {
      id: `row ${index}`,
      input: `Letter ${index} of ${forms[index % 3]}, filed`,
      output: new Map([["date", iso]]),
    };
  });
}

const learn = (rows: readonly Answer[], precision: number): ReturnType<typeof synthesise> =>
  synthesise({ name: "date", field: { type: "text" }, answers: rows, options: RecipesOptions.parse({ precision }) });

for (const order of ["dmy", "mdy"] as const) {
  test(`the examples say that numbers are ${order}`, () => {
    const { recipes, accepted } = learn(answers(order), 0.9);
    assert.equal(recipes.length, 1);
    assert.equal(accepted[0]?.heldOut.right, 60);
    assert.equal(accepted[0]?.byValue, undefined);
    const said = compilePack(recipes).decide("due 05/03/2024").fields.get("date")?.value;
    assert.equal(said, order === "dmy" ? "2024-03-05" : "2024-05-03");
  });
}

test("where no example needs an order, none is assumed", () => {
  const rows = answers("dmy").filter(({ input }) => !input.includes("/"));
  const pack = compilePack(learn(rows, 0.9).recipes);
  assert.equal(pack.decide("due 5 March 2024").fields.get("date")?.value, "2024-03-05");
  assert.equal(pack.decide("due 05/03/2024").fields.size, 0);
});

test("a rule that speaks where the right answer is none counts as wrong", () => {
  const silent = Array.from({ length: 30 }, (_, index): Answer => ({
    id: `none ${index}`,
    input: `Draft ${index} of 5 May ${2001 + index}`,
    output: null,
  }));
  const { recipes } = learn([...answers("dmy"), ...silent], 0.9);
  assert.equal(recipes.length, 0);
});

test("few examples pass no gate", () => {
  const { recipes, rejected } = learn(answers("dmy").slice(0, 20), 0.95);
  assert.equal(recipes.length, 0);
  assert.equal(rejected.length, 1);
});
