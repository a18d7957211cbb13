// This file throws broken packs and hostile inputs at the operations on texts and dates.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePack, loadPack, type Recipe } from "@kolm/recipe";
import { createRng } from "@kolm/stage";
import { boolean, drive, encode, INPUTS, loadOrRefuse, mutate, SEEDS } from "./mutants.ts";

test("6,000 packs of the text operations with changed values are refused or run within the budget", () => {
  const rng = createRng("hostile/text");
  const texts = SEEDS.filter(({ nodes }) => nodes.some(({ op }) => TEXT_OPS.has(op)));
  assert.ok(texts.length > 15);
  let accepted = 0;
  for (let round = 0; round < 6_000; round++) {
    const seed = texts[rng.integer(texts.length)];
    const pack = loadOrRefuse(encode(mutate(structuredClone(seed), rng)));
    if (pack === undefined) continue;
    accepted += 1;
    drive(pack, INPUTS.slice(0, 3));
  }
  assert.ok(accepted > 200, `only ${accepted} mutants were well-formed`);
});

const TEXT_OPS = new Set<string>(
  "piece token filter pad place sub tally numeral swap holds moment bucket show case".split(" "),
);

/** A chain of operations on the input that ends in a flag. */
function chain(id: string, nodes: Recipe["nodes"]): Recipe {
  return boolean([{ op: "input" }, ...nodes, { op: "exists", of: nodes.length }], id);
}

test("text operations on the longest inputs end in time, and growth stops at the output budget", () => {
  const swaps: Recipe["nodes"] = [
    { op: "text", value: "a" },
    { op: "text", value: "a".repeat(4_000) },
    ...Array.from({ length: 40 }, (_, at) => ({ op: "swap" as const, of: at === 0 ? 0 : at + 2, left: 1, right: 2 })),
  ];
  const pads: Recipe["nodes"] = Array.from({ length: 120 }, (_, at) => ({
    op: "pad" as const,
    of: at,
    side: "end" as const,
    to: 256,
    with: "x",
  }));
  const recipes = [
    chain("swap", swaps),
    chain("pad", pads),
    chain("piece", [{ op: "piece", of: 0, by: "a".repeat(64), at: -1024 }]),
    chain("token", [{ op: "token", of: 0, run: "number", at: -1024 }]),
    chain("name", [{ op: "token", of: 0, run: "name", at: 1023 }]),
    chain("place", [
      { op: "place", of: 0, before: { text: "a".repeat(64) }, after: { text: "a".repeat(64) }, at: 1023 },
    ]),
    chain("moment", [
      { op: "moment", of: 0, order: "mdy" },
      { op: "show", of: 1, form: "EEEE".repeat(1) },
    ]),
    chain("case", [{ op: "case", of: 0, to: "title" }]),
    chain("filter", [{ op: "filter", of: 0, run: "solid", drop: true }]),
  ];
  const pack = loadPack(encodePack(recipes));
  const started = performance.now();
  const long = ["a", "1.", "A", "Aa", "\u{1F600}", " ", "12/12/2012 "].map((unit) =>
    unit.repeat(Math.floor(65_536 / unit.length)),
  );
  drive(pack, long);
  assert.equal(pack.decide("aaaa").fields.has("swap"), false);
  assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
});

test("what looks like a date but is none, or like a property of objects, gives nothing", () => {
  const nodes: Recipe["nodes"] = [
    { op: "input" },
    { op: "moment", of: 0, order: "mdy" },
    { op: "show", of: 1, form: "yyyy-MM-dd" },
  ];
  const pack = loadPack(encodePack([{ id: "d", field: "d", gives: "text", nodes }]));
  for (const input of [
    "__proto__",
    "constructor",
    "0/0/0000",
    "99/99/9999",
    "2/30/2020",
    "1/1/0000",
    "0000-01-01",
    "-",
    ":",
  ])
    assert.equal(pack.decide(input).fields.size, 0, input);
});

test("a form, a place or a tally that says too little or too much is refused", () => {
  const refused: Recipe["nodes"][] = [
    [
      { op: "moment", of: 0, order: "mdy" },
      { op: "show", of: 1, form: "yyy" },
    ],
    [
      { op: "moment", of: 0, order: "mdy" },
      { op: "show", of: 1, form: "b" },
    ],
    [
      { op: "moment", of: 0, order: "mdy" },
      { op: "show", of: 1, form: "d'" },
    ],
    [{ op: "place", of: 0, at: 0 }],
    [{ op: "tally", of: 0 }],
    [{ op: "tally", of: 0, run: "word", find: "x" }],
    [{ op: "bucket", of: 0, step: 60, from: 0, add: 0 }],
  ];
  for (const nodes of refused) assert.throws(() => encodePack([chain("x", nodes)]), { code: "RECIPE_INVALID" });
});
