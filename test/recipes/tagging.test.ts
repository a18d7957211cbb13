// This file checks recipes that tell pieces of short texts by the words and shapes around them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field, LabelledSpan, Span } from "@kolm/format";
import { compilePack, type Pack, printRecipe, type Recipe } from "@kolm/recipe";
import { RecipesOptions } from "@kolm/recipes";
import { type Answer, synthesise } from "@kolm/recipes/synthesis";
import { createRng } from "@kolm/stage";

const OPTIONS = RecipesOptions.parse({ precision: 0.95 });
const MADE = "oak birch tin felt wool glass clay".split(" ");
const THINGS = "stool lamp shelf mat bowl tray jug".split(" ");
const ROOMS = "hall attic porch study cellar".split(" ");

/** Lines of an inventory: "3 oak stool, arwik hall", with the maker's name, which no list knows, before the room. */
function lines(count: number, name = "inventory"): { input: string; pieces: LabelledSpan[] }[] {
  const rng = createRng(name);
  const pick = (list: readonly string[]): string => list[rng.integer(list.length)] ?? "";
  const letters = (): string => Array.from({ length: 5 }, () => String.fromCharCode(97 + rng.integer(26))).join("");
  return Array.from({ length: count }, () => {
    const pieces: LabelledSpan[] = [];
    let input = "";
    const add = (label: string, text: string, after: string): void => {
      pieces.push({ start: input.length, end: input.length + text.length, text, label });
      input += text + after;
    };
    add("amount", String(1 + rng.integer(40)), " ");
    add("material", pick(MADE), " ");
    add("thing", pick(THINGS), ", ");
    const maker = letters();
    add("maker", rng.uniform() < 0.3 ? `${maker} & ${letters()}` : maker, " ");
    add("room", pick(ROOMS), rng.uniform() < 0.5 ? "" : ".");
    return { input, pieces };
  });
}

function asSpans(rows: ReturnType<typeof lines>): Answer[] {
  return rows.map(({ input, pieces }, index) => ({
    id: String(index).padStart(5, "0"),
    input,
    output: new Map(pieces.map(({ label, ...span }): [string, Span] => [label, span])),
  }));
}

function learn(name: string, field: Field, answers: readonly Answer[]): readonly Recipe[] {
  return synthesise({ name, field, answers, options: OPTIONS }).recipes;
}

function decided(pack: Pack, field: string, input: string): string | undefined {
  const value = pack.decide(input).fields.get(field)?.value;
  return typeof value === "object" && value !== null && "text" in value ? value.text : undefined;
}

test("span fields of one contract are told from each other by their neighbours, names never seen too", () => {
  const answers = asSpans(lines(320));
  const recipes = ["maker", "room"].flatMap((name) => learn(name, { type: "span" }, answers));
  const pack = compilePack(recipes);
  const fresh = lines(300, "fresh");
  for (const field of ["maker", "room"]) {
    const said = fresh.map(({ input }) => decided(pack, field, input));
    const right = said.filter((text, at) => text === fresh[at]?.pieces.find(({ label }) => label === field)?.text);
    assert.ok(said.filter((text) => text !== undefined).length > 200, field);
    assert.ok(right.length >= 0.95 * said.filter((text) => text !== undefined).length, field);
  }
  assert.equal(decided(pack, "maker", "2 clay lamp, xyzzy & plugh hall"), "xyzzy & plugh");
  assert.equal(decided(pack, "maker", "the weather is fine today"), undefined);
});

test("a list of spans gets a mark recipe for each label, and marks of two recipes never overlap", () => {
  const answers = lines(320).map(({ input, pieces }, index): Answer => ({
    id: String(index).padStart(5, "0"),
    input,
    output: new Map([["parts", pieces.filter(({ label }) => label === "maker" || label === "thing")]]),
  }));
  const recipes = learn("parts", { type: "spans", labels: ["maker", "thing"] }, answers);
  const { marks } = compilePack(recipes).decide("7 wool mat, abcde cellar.");
  assert.deepEqual(
    [...marks].sort((a, b) => a.start - b.start).map(({ label, text }) => `${label} ${text}`),
    ["thing mat", "maker abcde"],
  );
});

test("labels that no neighbour tells get no recipe", () => {
  const rng = createRng("coin");
  const answers = asSpans(
    lines(320).map(({ input, pieces }) => ({
      input,
      pieces: pieces.map((piece) =>
        piece.label === "maker" || piece.label === "thing"
          ? { ...piece, label: rng.uniform() < 0.5 ? "left" : "right" }
          : piece,
      ),
    })),
  );
  const { recipes } = synthesise({ name: "left", field: { type: "span" }, answers, options: OPTIONS });
  assert.ok(recipes.every(({ nodes }) => nodes.every(({ op }) => op !== "tag")));
});

test("the same answers give the same recipe, and its certificate says how strict it is", () => {
  const one = learn("maker", { type: "span" }, asSpans(lines(320)));
  assert.deepEqual(learn("maker", { type: "span" }, asSpans(lines(320))), one);
  const tagged = one.find(({ nodes }) => nodes[0]?.op === "tag");
  assert.match(tagged?.note ?? "", /of which must agree; chosen among 100 on the folds/);
  assert.match(printRecipe(tagged ?? assert.fail("no tagging")), /"=room": .*attic[^]*class\[-1\]\|class\[0\]/);
});

test("of marks that overlap, the first recipe's stays", () => {
  const marked = (id: string, pattern: string): Recipe => ({
    id,
    field: "f",
    gives: "marks",
    nodes: [
      { op: "find", pattern },
      { op: "label", of: 0, label: id },
    ],
  });
  const { marks } = compilePack([marked("a", "[0-9]{2}"), marked("b", "[0-9]+")]).decide("123 4");
  assert.deepEqual(
    marks.map(({ label, text }) => `${label} ${text}`),
    ["a 12", "b 4"],
  );
});

test("a tagging whose keys are unsorted, or speak for and against, is refused", () => {
  const tag = (is: string[], isnt: string[]): Recipe => ({
    id: "t",
    field: "f",
    gives: "span",
    nodes: [
      { op: "tag", contexts: [[["word", 0]]], is, isnt, voices: 1 },
      { op: "pick", of: 0, at: "only" },
    ],
  });
  assert.throws(() => compilePack([tag(["0|b", "0|a"], [])]), { code: "RECIPE_INVALID", message: /sorted/ });
  assert.throws(() => compilePack([tag(["0|a"], ["0|a"])]), { code: "RECIPE_INVALID", message: /for and against/ });
});
