// This file throws broken packs and hostile inputs at the language: refused when loaded, or abstained within the budget.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePack, loadPack, type Recipe } from "@kolm/recipe";
import { createRng } from "@kolm/stage";
import { boolean, drive, encode, INPUTS, loadOrRefuse, mutate, SEEDS } from "./mutants.ts";

test("2,000 packs with changed bytes are refused or run within the budget", () => {
  const rng = createRng("hostile/bytes");
  const bytes = encodePack(SEEDS);
  let accepted = 0;
  for (let round = 0; round < 2_000; round++) {
    const mutated = Uint8Array.from(bytes);
    for (let change = 0; change <= rng.integer(3); change++)
      mutated[rng.integer(mutated.length)] = 32 + rng.integer(95);
    const pack = loadOrRefuse(mutated);
    if (pack === undefined) continue;
    accepted += 1;
    if (accepted <= 50) drive(pack, INPUTS.slice(0, 3));
  }
  assert.ok(accepted < 2_000);
});

test("2,000 packs with changed values are refused or run within the budget", () => {
  const rng = createRng("hostile/values");
  let accepted = 0;
  for (let round = 0; round < 2_000; round++) {
    const seed = SEEDS[rng.integer(SEEDS.length)];
    const recipe = mutate(structuredClone(seed), rng);
    const pack = loadOrRefuse(encode(recipe));
    if (pack === undefined) continue;
    accepted += 1;
    drive(pack);
  }
  assert.ok(accepted > 20, `only ${accepted} mutants were well-formed, the test drives too little`);
});

test("an input beyond 65,536 units decides nothing and costs nothing", () => {
  const pack = loadPack(encodePack(SEEDS));
  assert.deepEqual(pack.decide("a 12345 ".repeat(131_072)), { fields: new Map(), marks: [], steps: 0 });
  drive(pack, ["a1-".repeat(21_000), "\u{1F600}".repeat(32_000), "' ".repeat(32_000), "1234 ".repeat(13_000)]);
});

test("what is not a text decides nothing", () => {
  const pack = loadPack(encodePack(SEEDS));
  for (const value of [undefined, null, 5, {}, ["x"]])
    assert.equal(pack.decide(value as unknown as string).fields.size, 0); // callers in JavaScript
});

test("heavy patterns on long inputs abstain in time", () => {
  const patterns = [
    "(?:(?:a{1,25}){1,25}b|c)",
    "[ab]*a[ab]{400}c",
    "(?:a?){150}a{150}",
    "(a*)*b",
    "(?:a|aa|aaa|aaaa)+$",
  ];
  const recipes = Array.from({ length: 60 }, (_, index) =>
    boolean(
      [
        { op: "input" },
        { op: "capture", of: 0, pattern: patterns[index % patterns.length] ?? "" },
        { op: "exists", of: 1 },
      ],
      `p${index}`,
    ),
  );
  const pack = loadPack(encodePack(recipes));
  const started = performance.now();
  for (const input of ["a".repeat(65_536), "ab".repeat(32_768), "a".repeat(300), "a".repeat(3_000)])
    drive(pack, [input]);
  assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
});

test("texts that double cannot grow beyond the output budget", () => {
  const nodes: Recipe["nodes"] = [{ op: "input" }];
  for (let index = 0; index < 60; index++) nodes.push({ op: "concat", of: [index, index] });
  nodes.push({ op: "exists", of: 60 });
  const grow: Recipe["nodes"] = [{ op: "input" }];
  for (let index = 0; index < 60; index++) grow.push({ op: "replace", of: index, find: "a", with: "a".repeat(4_000) });
  grow.push({ op: "exists", of: 60 });
  const pack = loadPack(encodePack([boolean(nodes, "double"), boolean(grow, "grow")]));
  assert.equal(pack.decide("aaaa").fields.size, 0);
  drive(pack, ["a".repeat(65_536)]);
});

test("shared nodes are evaluated once, so that width cannot multiply work", () => {
  const nodes: Recipe["nodes"] = [{ op: "input" }, { op: "test", of: 0, pattern: "a" }];
  for (let index = 1; index < 200; index++) nodes.push({ op: "and", of: [index, index, index, index] });
  const { fields, steps } = loadPack(encodePack([boolean(nodes)])).decide("a");
  assert.equal(fields.get("r")?.value, true);
  assert.ok(steps < 300);
});

test("many phrases and many matches stay within the budget", () => {
  const any = Array.from({ length: 4_096 }, (_, index) => `${"a ".repeat(6)}w${index}`);
  const recipes = Array.from({ length: 40 }, (_, index) =>
    boolean([{ op: "ngram", any: any.slice(index) }], `n${index}`),
  );
  const find = boolean(
    [
      { op: "find", pattern: "." },
      { op: "count", of: 0 },
      { op: "number", value: 99 },
      { op: "less", left: 1, right: 2 },
    ],
    "find",
  );
  const started = performance.now();
  const pack = loadPack(encodePack([...recipes, find]));
  drive(pack, ["a ".repeat(32_768), "a ".repeat(200)]);
  assert.equal(pack.decide("a".repeat(65)).fields.has("find"), false);
  assert.equal(pack.decide("a".repeat(64)).fields.get("find")?.value, true);
  assert.ok(performance.now() - started < 10_000);
});
