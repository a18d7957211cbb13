// This file throws packs with foreign keys, endless lists and deep nesting at the loader, and mutants of every operation at the interpreter.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePack, LIMITS, loadPack, Node, type Recipe } from "@kolm/recipe";
import { createRng } from "@kolm/stage";
import { boolean, drive, encode, INPUTS, loadOrRefuse, mutate, SEEDS } from "./mutants.ts";

/** Operations that read, find, write and compute values, each in a program. */
const VALUES: readonly Recipe[] = [
  text("parse", [
    { op: "input" },
    { op: "parse", of: 0, as: "unit" },
    { op: "write", of: 1, as: "unit", form: "kg", places: 2 },
  ]),
  text("spot", [
    { op: "spot", as: "number" },
    { op: "pick", of: 0, at: "first" },
    { op: "slice", of: 1 },
    { op: "parse", of: 2, as: "number" },
    { op: "scale", of: 3, times: "3.5", over: "7", plus: "-1" },
    { op: "round", of: 4, to: "0.25", way: "near" },
    { op: "write", of: 5, as: "number", form: "grouped", places: 1, point: "," },
  ]),
  text("date", [
    { op: "text", value: "2024-02-29" },
    { op: "spot", as: "date", order: "dmy", century: 1950, reference: 0 },
    { op: "pick", of: 1, at: "last" },
    { op: "slice", of: 2 },
    { op: "parse", of: 3, as: "date", order: "dmy", reference: 0 },
  ]),
];

function text(id: string, nodes: Recipe["nodes"]): Recipe {
  return { id, field: id, gives: "text", nodes };
}

const NOTHING: Recipe = text("nothing", [{ op: "input" }, { op: "abstain" }, { op: "first", of: [1, 0] }]);
const VALUE_INPUTS = ["1,200 g", "9".repeat(300), "3 May 2024 and -1.5e9", "1/0 of 0.000001 kg", "__proto__"];

test("the seeds and the value programs hold every operation, so that mutants of each are tried", () => {
  const tried = new Set([...SEEDS, ...VALUES, NOTHING].flatMap(({ nodes }) => nodes.map(({ op }) => op)));
  const missing = Node.options.map((option) => option.shape.op.value).filter((op) => !tried.has(op));
  assert.deepEqual(missing, []);
});

test("4,000 packs of the value operations with changed values are refused or run within the budget", () => {
  const rng = createRng("hostile/values/ops");
  let accepted = 0;
  for (let round = 0; round < 4_000; round++) {
    const seed = VALUES[rng.integer(VALUES.length)];
    const pack = loadOrRefuse(encode(mutate(structuredClone(seed), rng)));
    if (pack === undefined) continue;
    accepted += 1;
    drive(pack, [...VALUE_INPUTS, ...INPUTS.slice(0, 3)]);
  }
  assert.ok(accepted > 100, `only ${accepted} mutants were well-formed`);
});

test("computing stays exact and short however often it is repeated", () => {
  const chain: Recipe["nodes"] = [{ op: "input" }];
  for (let at = 0; at < 200; at++) chain.push({ op: "scale", of: at, times: "999999999999999.999999999999999" });
  const thirds: Recipe["nodes"] = [{ op: "input" }];
  for (let at = 0; at < 200; at++) thirds.push({ op: "scale", of: at, over: "3", plus: "0.1" });
  const pack = loadPack(encodePack([text("chain", chain), text("thirds", thirds)]));
  const started = performance.now();
  drive(pack, ["7", "0.000000000000001", "-1", "9".repeat(40), "x"]);
  assert.equal(pack.decide("7").fields.has("chain"), false);
  const third = pack.decide("7").fields.get("thirds")?.value;
  assert.ok(typeof third === "string" && third.length <= 40, String(third));
  assert.ok(performance.now() - started < 2_000);
});

test("keys that objects have by nature are refused wherever they stand", () => {
  const plain = new TextDecoder().decode(encode(VALUES[0]));
  for (const key of ["__proto__", "constructor", "prototype", "hasOwnProperty"]) {
    for (const changed of [
      plain.replace('{"format"', `{"${key}":{"polluted":1},"format"`),
      plain.replace('"gives"', `"${key}":{"polluted":1},"gives"`),
      plain.replace('{"op":"input"}', `{"${key}":[0],"op":"input"}`),
    ]) {
      assert.notEqual(changed, plain);
      assert.throws(() => loadPack(new TextEncoder().encode(changed)), { name: "KolmError", code: "RECIPE_PACK" });
    }
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("names of an object's own properties are as good as any other in tables, labels and inputs", () => {
  const table: [string, string][] = [
    ["__proto__", "a"],
    ["constructor", "b"],
  ];
  const pack = loadPack(encodePack([text("t", [{ op: "input" }, { op: "lookup", of: 0, table }])]));
  assert.equal(pack.decide("__proto__").fields.get("t")?.value, "a");
  assert.equal(pack.decide("toString").fields.size, 0);
});

test("deep nesting and endless lists are refused in time", () => {
  const started = performance.now();
  const list = (count: number): string => `[${"1,".repeat(count)}1]`;
  const packs = [
    "[".repeat(200_000),
    `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
    `{"format":"kolm/recipes-1","recipes":${list(100_000)}}`,
    `{"format":"kolm/recipes-1","recipes":[{"field":"f","gives":"text","id":"r","nodes":${list(100_000)}}]}`,
    `{"format":"kolm/recipes-1","recipes":[{"field":"f","gives":"text","id":"r","nodes":[{"any":${list(100_000)},"op":"ngram"}]}]}`,
    `{"format":"kolm/recipes-1","recipes":[{"field":"f","gives":"text","id":"r","nodes":[{"of":0,"op":"lookup","table":${list(65_000)}}]}]}`,
  ];
  for (const pack of packs)
    assert.throws(() => loadPack(new TextEncoder().encode(pack)), { name: "KolmError", code: "RECIPE_PACK" });
  assert.throws(() => loadPack(new Uint8Array(LIMITS.packBytes + 1)), { code: "RECIPE_PACK" });
  assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`);
});

test("inputs of a megabyte of every kind of text decide nothing and cost nothing", () => {
  const seeds = [...SEEDS, ...VALUES].map((recipe, at) => ({ ...recipe, id: `r${at}`, field: `f${at}` }));
  const pack = loadPack(encodePack([...seeds, boolean([{ op: "flag", value: true }], "always")]));
  for (const unit of ["a", "1,", "12/12/2012 ", "\u{1F600}", "(", "\0", "\uD800"]) {
    const input = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    assert.deepEqual(pack.decide(input), { fields: new Map(), marks: [], steps: 0 });
  }
});
