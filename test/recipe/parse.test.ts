// This file checks the operations on values against the portable vectors, run as recipes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodePack, loadPack, LIMITS, type Node, parseValue, printRecipe, Recipe } from "@kolm/recipe";

type Vector = {
  readonly op: "parse" | "spot" | "write";
  readonly as: string;
  readonly text: string;
  readonly reference?: string;
  readonly value?: string | null;
  readonly found?: readonly (readonly [number, number])[];
};

// A file of this repository.
const VECTORS = JSON.parse(
  readFileSync(new URL("../vectors/recipe/values.json", import.meta.url), "utf8"),
) as readonly Vector[];

function recipeOf(nodes: readonly unknown[], gives: string): Recipe {
  return Recipe.parse({ id: "v", field: "f", gives, nodes });
}

/** The recipe of a vector: what it reads is the input, a reference day a literal. */
function program({ text: _text, value: _value, found: _found, reference, ...node }: Vector): Recipe {
  if (node.op === "spot") return recipeOf([node, { op: "label", of: 0, label: "m" }], "marks");
  if (reference === undefined) return recipeOf([{ op: "input" }, { ...node, of: 0 }], "enum");
  return recipeOf([{ op: "input" }, { op: "text", value: reference }, { ...node, of: 0, reference: 1 }], "enum");
}

for (const op of ["parse", "write"] as const) {
  test(`every ${op} vector gives its text or nothing`, () => {
    const vectors = VECTORS.filter((vector) => vector.op === op);
    assert.ok(vectors.length > 50);
    for (const vector of vectors) {
      const decided = loadPack(encodePack([program(vector)])).decide(vector.text);
      assert.equal(decided.fields.get("f")?.value ?? null, vector.value, JSON.stringify(vector));
    }
  });
}

test("every spot vector finds its pieces", () => {
  const vectors = VECTORS.filter(({ op }) => op === "spot");
  assert.ok(vectors.length > 5);
  for (const vector of vectors) {
    const { marks } = loadPack(encodePack([program(vector)])).decide(vector.text);
    assert.deepEqual(
      marks.map(({ start, end }) => [start, end]),
      vector.found,
      vector.text,
    );
  }
});

const NORMALISER: readonly Node[] = [
  { op: "spot", as: "date", order: "dmy" },
  { op: "pick", of: 0, at: "only" },
  { op: "slice", of: 1 },
  { op: "parse", of: 2, as: "date", order: "dmy" },
];

test("spot, pick, slice and parse make a normaliser that abstains when there are two dates", () => {
  const pack = loadPack(encodePack([recipeOf(NORMALISER, "enum")]));
  assert.equal(pack.decide("Due by 5th March 2024, please").fields.get("f")?.value, "2024-03-05");
  assert.equal(pack.decide("paid 03/04/2024").fields.get("f")?.value, "2024-04-03");
  assert.equal(pack.decide("from 5 March 2024 to 6 March 2024").fields.size, 0);
  assert.equal(pack.decide("due 31 June 2024").fields.size, 0);
});

test("the printed form names the settings of each operation", () => {
  const text = printRecipe(recipeOf(NORMALISER, "enum"));
  assert.match(
    text,
    /parse\(slice\(pick\(spot\(as: "date", order: "dmy"\), at: "only"\)\), as: "date", order: "dmy"\)/,
  );
});

test("a relative date counts from the text its reference gives, and from nothing else", () => {
  const nodes: readonly Node[] = [
    { op: "input" },
    { op: "capture", of: 0, pattern: "^Sent ([0-9-]+): (.*)$", group: 1 },
    { op: "capture", of: 0, pattern: "^Sent ([0-9-]+): (.*)$", group: 2 },
    { op: "parse", of: 2, as: "date", reference: 1 },
  ];
  const pack = loadPack(encodePack([recipeOf(nodes, "enum")]));
  assert.equal(pack.decide("Sent 2024-02-28: tomorrow").fields.get("f")?.value, "2024-02-29");
  assert.equal(pack.decide("Sent 2023-02-28: tomorrow").fields.get("f")?.value, "2023-03-01");
  assert.equal(pack.decide("tomorrow").fields.size, 0);
  assert.equal(parseValue("tomorrow", "date"), undefined);
});

test("packs with unknown kinds, forms and settings are refused", () => {
  const refused: readonly (readonly unknown[])[] = [
    [{ op: "input" }, { op: "parse", of: 0, as: "colour" }],
    [{ op: "input" }, { op: "parse", of: 0, as: "date", order: "ymd" }],
    [{ op: "input" }, { op: "parse", of: 0, as: "phone", region: "us" }],
    [{ op: "input" }, { op: "parse", of: 0, as: "date", reference: 1 }],
    [{ op: "input" }, { op: "parse", of: 0, as: "date", today: "2024-01-01" }],
    [{ op: "input" }, { op: "write", of: 0, as: "number", form: "toString" }],
    [{ op: "input" }, { op: "write", of: 0, as: "number", form: "constructor" }],
    [{ op: "input" }, { op: "write", of: 0, as: "unit", form: "parsec" }],
    [{ op: "input" }, { op: "write", of: 0, as: "number", form: "plain", places: 16 }],
  ];
  for (const nodes of refused) {
    assert.throws(() => encodePack([recipeOf(nodes, "enum")]), JSON.stringify(nodes));
  }
});

test("more values than matches allow spend the budget", () => {
  const pack = loadPack(encodePack([recipeOf([NORMALISER[0], { op: "label", of: 0, label: "m" }], "marks")]));
  assert.equal(pack.decide("2024-01-05 ".repeat(LIMITS.matches)).marks.length, LIMITS.matches);
  assert.equal(pack.decide("2024-01-05 ".repeat(LIMITS.matches + 1)).marks.length, 0);
});
