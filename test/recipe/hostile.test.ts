// This file throws broken packs and hostile inputs at the language: refused when loaded, or abstained within the budget.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { createRng, type Rng } from "@kolm/stage";
import { encodePack, LIMITS, loadPack, type Pack, Recipe } from "@kolm/recipe";

const INPUTS = [
  "",
  "order 12345 please",
  "\u{1F600}\uD800 x",
  "a".repeat(5_000),
  "1 ".repeat(2_000),
  "__proto__ constructor",
  "\0\n\r\t",
];

const SEEDS: readonly Recipe[] = (
  JSON.parse(readFileSync(new URL("../vectors/recipe/programs.json", import.meta.url), "utf8")) as { recipe: unknown }[]
).map(({ recipe }, index) => ({ ...Recipe.parse(recipe), id: `r${index}` }));

/** Runs a pack on every input; decide must never throw and never leave its budget. */
function drive(pack: Pack, inputs: readonly string[] = INPUTS): void {
  for (const input of inputs) {
    const { fields, marks, steps } = pack.decide(input);
    assert.ok(steps <= LIMITS.packSteps);
    for (const { value } of fields.values()) assert.notEqual(value, undefined);
    for (const { start, end, text } of marks) assert.equal(text, input.slice(start, end));
  }
}

function loadOrRefuse(bytes: Uint8Array): Pack | undefined {
  try {
    return loadPack(bytes);
  } catch (error) {
    assert.ok(error instanceof KolmError, `not a KolmError: ${String(error)}`);
    return undefined;
  }
}

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

/** Canonical bytes of any JSON value, well-formed pack or not. */
function encode(recipe: unknown): Uint8Array {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : value;
  return new TextEncoder().encode(JSON.stringify(sorted({ format: "kolm/recipes-1", recipes: [recipe] })));
}

const VALUES: readonly unknown[] = [
  0,
  1,
  2,
  3,
  255,
  -1,
  1e9,
  "",
  "a",
  "a+",
  "(a|b)*c",
  "((a{30}){30})",
  "[",
  "\uFFFF",
  true,
  null,
  [],
  [0],
  [0, 0, 0],
  [[]],
  {},
  "only",
  "start",
  "nothing",
];

/** Changes one value somewhere in a JSON tree. */
function mutate(tree: unknown, rng: Rng): unknown {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key }); // arrays are written by index here
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(tree);
  const place = places[rng.integer(places.length)];
  if (place !== undefined) place.holder[place.key] = VALUES[rng.integer(VALUES.length)];
  return tree;
}

function boolean(nodes: Recipe["nodes"], id = "r"): Recipe {
  return { id, field: id.replace(/[^a-z0-9_]/g, "_"), gives: "boolean", nodes };
}

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
