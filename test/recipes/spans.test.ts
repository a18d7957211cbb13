// This file checks what is learnt for fields with several labelled spans.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LabelledSpan } from "@kolm/format";
import { compilePack } from "@kolm/recipe";
import { RecipesOptions } from "@kolm/recipes";
import { type Answer, synthesise } from "@kolm/recipes/synthesis";
import { createRng } from "@kolm/stage";

const WORDS = [
  "the",
  "note",
  "says",
  "to",
  "write",
  "or",
  "ring",
  "before",
  "noon",
  "about",
  "blue",
  "paint",
  "we",
  "wait",
];

/** Sentences of loose words with an e-mail address, a phone number, both or none; sometimes a name, whose shape says nothing. */
function rows(count: number, withNames: boolean): Answer[] {
  const rng = createRng(`spans ${withNames}`);
  const word = (): string => WORDS[rng.integer(WORDS.length)] ?? "";
  const letters = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(97 + rng.integer(26))).join("");
  return Array.from({ length: count }, (_, index) => {
    const spans: LabelledSpan[] = [];
    let input = "";
    const add = (text: string, label?: string): void => {
      if (label !== undefined) spans.push({ start: input.length, end: input.length + text.length, text, label });
      input += `${text} `;
    };
    for (let step = 0; step < 8; step++) {
      add(word());
      if (step === 2 && rng.uniform() < 0.6) add(`${letters(4)}.${letters(3)}@${letters(5)}.org`, "email");
      if (step === 4 && rng.uniform() < 0.6) add(`0${100 + rng.integer(900)} ${100000 + rng.integer(900000)}`, "phone");
      if (step === 6 && withNames && rng.uniform() < 0.5) add(letters(5), "name");
    }
    return { id: `s${String(index).padStart(4, "0")}`, input: input.trim(), output: new Map([["marks", spans]]) };
  });
}

const OPTIONS = RecipesOptions.parse({});

test("when shapes tell every label, the whole list is decided, empty lists too", () => {
  const { recipes } = synthesise({
    name: "marks",
    field: { type: "spans", labels: ["email", "phone"] },
    answers: rows(400, false),
    options: OPTIONS,
  });
  const pack = compilePack(recipes);
  const input = "write to joan.ash@lists.org or ring 0161 496012.";
  assert.deepEqual(pack.decide(input).fields.get("marks")?.value, [
    { start: 9, end: 27, text: "joan.ash@lists.org", label: "email" },
    { start: 36, end: 47, text: "0161 496012", label: "phone" },
  ]);
  assert.deepEqual(pack.decide("the blue paint").fields.get("marks")?.value, []);
});

test("when one label has no telling shape, the others are given as marks and the field stays open", () => {
  const { recipes, accepted } = synthesise({
    name: "marks",
    field: { type: "spans", labels: ["email", "name", "phone"] },
    answers: rows(500, true),
    options: OPTIONS,
  });
  assert.ok(
    recipes.every(({ gives }) => gives === "marks"),
    recipes.map(({ id }) => id).join(),
  );
  const { fields, marks } = compilePack(recipes).decide("write to joan.ash@lists.org");
  assert.equal(fields.size, 0);
  assert.deepEqual([...new Set(marks.map(({ label, text }) => `${label} ${text}`))], ["email joan.ash@lists.org"]);
  assert.ok(accepted.some(({ recipe }) => recipe.includes("email")));
});
