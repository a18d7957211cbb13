// This file checks what the recipes stage learns: shapes, contexts, phrases, repeated inputs, and what it refuses to.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field, FieldValue } from "@kolm/format";
import { compilePack, type Pack } from "@kolm/recipe";
import { RecipesOptions } from "@kolm/recipes";
import { type Answer, synthesise } from "@kolm/recipes/synthesis";
import { type DeskRow, deskRows } from "./library-desk.ts";

const ROWS = deskRows(700);
const WISH: Field = { type: "enum", values: ["renew", "ask"] };

function answers(rows: readonly DeskRow[]): Answer[] {
  return rows.map(({ id, input, output }) => ({
    id,
    input,
    output: output === null ? null : new Map(Object.entries(output)),
  }));
}

function learn(
  name: string,
  field: Field,
  rows: readonly DeskRow[],
  options: Partial<RecipesOptions> = {},
): ReturnType<typeof synthesise> & { pack: Pack } {
  const gated = synthesise({
    name,
    field,
    answers: answers(rows),
    options: { ...RecipesOptions.parse({}), ...options },
  });
  return { ...gated, pack: compilePack(gated.recipes) };
}

function decided(pack: Pack, field: string, input: string): FieldValue | undefined {
  return pack.decide(input).fields.get(field)?.value;
}

test("a span field gets a recipe for the span and one for its absence, both with certificates", () => {
  const { accepted, pack } = learn("loan", { type: "span" }, ROWS);
  assert.deepEqual(accepted.map(({ recipe }) => recipe.split("/").slice(0, 2).join("/")).sort(), [
    "loan/none",
    "loan/span",
  ]);
  for (const { heldOut, lowerBound, counterExamples } of accepted) {
    assert.ok(Number(lowerBound) >= 0.98 && heldOut.fired >= 189);
    assert.deepEqual(counterExamples, []);
  }
  const input = "please renew loan LN-4821, thanks";
  assert.deepEqual(decided(pack, "loan", input), { start: 18, end: 25, text: "LN-4821" });
  assert.equal(decided(pack, "loan", "please renew the newspaper"), null);
});

test("prices, phone numbers and longer numbers are never taken for the span", () => {
  const { pack } = learn("loan", { type: "span" }, ROWS);
  for (const input of [
    "it cost 1234.50",
    "parcel 998123456789",
    "loan \u00A34821",
    "LN-48215",
    "a4821",
    "call 0161 4960 123",
    "4821%",
    "12/4821",
  ]) {
    const value = decided(pack, "loan", input);
    assert.ok(value === null || value === undefined, `${input}: ${JSON.stringify(value)}`);
  }
});

test("two candidates are left to the student", () => {
  const { pack } = learn("loan", { type: "span" }, ROWS);
  assert.equal(decided(pack, "loan", "not loan 4821 but loan LN-7310 please"), undefined);
});

test("an enum field gets phrases that only ever come with one value", () => {
  const { pack, accepted } = learn("wish", WISH, ROWS);
  assert.ok(accepted.length > 0);
  assert.equal(decided(pack, "wish", "Kindly renew my card"), "renew");
  assert.equal(decided(pack, "wish", "the weather is fine"), undefined);
});

test("an enum recipe that fires on inputs out of scope is refused", () => {
  const outside = ROWS.map((row, index): DeskRow =>
    index % 9 === 0 && row.output?.["wish"] === "renew" ? { ...row, output: null } : row,
  );
  const { accepted, rejected, pack } = learn("wish", WISH, outside);
  assert.equal(
    accepted.some(({ recipe }) => recipe.includes("is-renew")),
    false,
  );
  assert.ok(rejected.every(({ reason }) => reason.length > 0));
  assert.equal(decided(pack, "wish", "please renew my card"), undefined);
});

test("a noisy rule is rejected with its bound and its counter-examples", () => {
  const noisy = ROWS.map((row, index): DeskRow =>
    index % 11 === 0 && row.output !== null ? { ...row, output: { ...row.output, loan: null } } : row,
  );
  const { accepted, rejected } = learn("loan", { type: "span" }, noisy);
  assert.equal(
    accepted.some(({ recipe }) => recipe.startsWith("loan/span")),
    false,
  );
  const span = rejected.find(({ recipe }) => recipe.startsWith("loan/span"));
  assert.match(span?.reason ?? "", /below 0\.9800/);
  assert.ok((span?.counterExamples.length ?? 0) > 0 && (span?.counterExamples.length ?? 0) <= 20);
});

test("too few examples give no recipe, however consistent", () => {
  const { recipes, rejected } = learn("wish", WISH, ROWS.slice(0, 60));
  assert.deepEqual(recipes, []);
  assert.ok(rejected.length > 0);
});

test("a trigger that a negation turns around is refused, unless the recipe is silent there", () => {
  const turned = ROWS.map((row, index): DeskRow => {
    if (index % 40 !== 0 || row.output?.["wish"] !== "renew") return row;
    return { ...row, input: `do not renew anything, ${index} thanks`, output: { wish: "ask", loan: null } };
  });
  const { accepted, pack } = learn("wish", WISH, turned, { precision: 0.9 });
  for (const { polarity } of accepted) assert.deepEqual(polarity.wrong, []);
  assert.notEqual(decided(pack, "wish", "do not renew this"), "renew");
});

test("inputs that come again and again are recalled, single ones are not kept", () => {
  const rows = Array.from({ length: 400 }, (_, index): DeskRow => {
    const greeting = ["hi", "good morning", "thanks a lot", "bye now"][index % 4] ?? "";
    const input = index < 360 ? greeting : `private words ${index}`;
    return { id: `g${index}`, input, output: { wish: index % 2 === 0 ? "renew" : "ask" } };
  });
  const { recipes, pack } = learn("wish", WISH, rows);
  const recall = recipes.find(({ id }) => id === "wish/recall");
  assert.ok(recall !== undefined);
  assert.equal(JSON.stringify(recall).includes("private"), false);
  assert.equal(decided(pack, "wish", "Good morning!!"), "ask");
});

test("boolean fields work like enum fields", () => {
  const rows = ROWS.map((row): DeskRow => ({
    ...row,
    output: row.output === null ? null : { renewal: row.output["wish"] === "renew" },
  }));
  const { pack } = learn("renewal", { type: "boolean" }, rows);
  assert.equal(decided(pack, "renewal", "kindly renew it"), true);
});

test("at most maxRules recipes are kept, and the others are named", () => {
  const { recipes, rejected } = learn("loan", { type: "span" }, ROWS, { maxRules: 1 });
  assert.equal(recipes.length, 1);
  assert.ok(rejected.some(({ reason }) => reason.includes("maxRules 1")));
});
