// This file throws broken packs and hostile inputs at the recipe language and counts how it takes them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { KolmError } from "@kolm/format";
import { compilePack, loadPack, type Node, type Pack, Recipe } from "@kolm/recipe";
import { createRng, stableJson } from "@kolm/stage";
import type { Row } from "../bench.ts";
import { damage, mutate, wrapped } from "./hostile/mutate.ts";

const VECTORS = join(import.meta.dirname, "../../../../../test/vectors/recipe/programs.json");
const MUTANTS = 10_000;
/** A decision, or the loading of at most 4 MiB, that takes longer counts as hung. */
const HUNG_MS = 1_000;
const HUNG_LOADING_MS = 5_000;
const HEAP_MB = 32;

/** How packs and inputs were taken: packs refused when loaded, decisions with and without a value, and what must not happen. */
type Count = {
  refused: number;
  loaded: number;
  abstained: number;
  decided: number;
  threw: number;
  hung: number;
  slowest: number;
};

/** Rows of counts; nothing may throw, hang or stay in memory. */
export async function measureHostile(): Promise<readonly Row[]> {
  const seeds = await readSeeds();
  const heapBefore = heapInUse();
  const rows = [
    rowOf(`${MUTANTS} mutated packs`, mutants(seeds)),
    rowOf("keys of objects, deep nesting, giants as packs", oddPacks(seeds)),
    rowOf("patterns made to explode, texts made to grow", bombs()),
    rowOf("inputs of 1 MB and the longest that are read", longInputs(seeds)),
  ];
  const grown = (heapInUse() - heapBefore) / 2 ** 20;
  const polluted = Object.keys(Object.prototype).length;
  return [
    ...rows,
    {
      what: "heap in use after all of it, against before",
      aim: `<= ${HEAP_MB} MB more; no key on Object.prototype`,
      measured: `${grown.toFixed(1)} MB more; ${polluted} keys`,
      holds: grown <= HEAP_MB && polluted === 0,
    },
  ];
}

function rowOf(what: string, count: Count): Row {
  const { refused, loaded, abstained, decided, threw, hung, slowest } = count;
  return {
    what,
    aim: "0 threw, 0 hung",
    measured:
      `${refused} refused, ${loaded} loaded; decisions: ${abstained} abstained, ${decided} decided; ` +
      `${threw} threw, ${hung} hung; slowest ${slowest.toFixed(0)} ms`,
    holds: threw === 0 && hung === 0,
  };
}

async function readSeeds(): Promise<readonly Recipe[]> {
  const programs = JSON.parse(await readFile(VECTORS, "utf8")) as { recipe: unknown }[]; // a file of this repository
  return programs.map(({ recipe }, index) => ({ ...Recipe.parse(recipe), id: `r${index}` }));
}

const INPUTS = [
  "",
  "order 12345 please",
  "1,200 g on 3 May 2024",
  "\u{1F600}\uD800 x",
  "a".repeat(5_000),
  "__proto__ constructor",
];

/** A third with changed bytes, the rest with changed values. */
function mutants(seeds: readonly Recipe[]): Count {
  const count = newCount();
  const rng = createRng("bench/hostile");
  const whole = new TextEncoder().encode(stableJson(wrapped(seeds)).trim());
  for (let round = 0; round < MUTANTS; round++) {
    const seed = seeds[rng.integer(seeds.length)];
    const bytes = round % 3 === 0 ? damage(whole, rng) : encode(wrapped([mutate(structuredClone(seed), rng)]));
    load(bytes, count, round % 3 === 0 ? INPUTS.slice(0, 1) : INPUTS);
  }
  return count;
}

function oddPacks(seeds: readonly Recipe[]): Count {
  const count = newCount();
  const text = new TextDecoder().decode(encode(wrapped(seeds.slice(0, 3))));
  const odd = [
    ...["__proto__", "constructor", "prototype", "toString"].flatMap((key) => [
      text.replace('"format"', `"${key}":{"polluted":1},"format"`),
      text.replaceAll('"op"', `"${key}":[],"op"`),
      text.replaceAll('"field":"f"', `"field":"${key}"`),
    ]),
    "[".repeat(100_000),
    `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
    text.replace("[", `${"[".repeat(5_000)}${"]".repeat(5_000)},[`),
    `{"format":"kolm/recipes-1","recipes":[${"1,".repeat(1_000_000)}1]}`,
    `"${"a".repeat(5_000_000)}"`,
    "1e999999999",
    "",
  ];
  for (const one of odd) load(new TextEncoder().encode(one), count, INPUTS);
  return count;
}

const BOMBS = [
  "(?:(?:a{1,25}){1,25}b|c)",
  "[ab]*a[ab]{400}c",
  "(?:a?){150}a{150}",
  "(a*)*b",
  "(?:a|aa|aaa|aaaa)+$",
  "(?:.*a){20}",
];

function bombs(): Count {
  const count = newCount();
  const recipes = BOMBS.map((pattern, at) =>
    flag(`p${at}`, [{ op: "input" }, { op: "capture", of: 0, pattern }, { op: "exists", of: 1 }]),
  );
  const doubling = Array.from({ length: 60 }, (_, at): Node => ({ op: "concat", of: [at, at] }));
  const growing = Array.from({ length: 60 }, (_, at): Node => ({
    op: "replace",
    of: at,
    find: "a",
    with: "a".repeat(4_000),
  }));
  for (const [at, chain] of [doubling, growing].entries())
    recipes.push(flag(`g${at}`, [{ op: "input" }, ...chain, { op: "exists", of: chain.length }]));
  const inputs = ["a".repeat(65_536), "ab".repeat(32_768), "a".repeat(300), "a".repeat(3_000)];
  for (const recipe of recipes) loadChecked([recipe], count, inputs);
  loadChecked(recipes, count, inputs);
  return count;
}

function longInputs(seeds: readonly Recipe[]): Count {
  const count = newCount();
  const units = ["a 12345 ", "1,", "12/12/2012 ", "\u{1F600}", "' ", "$1.5 kg "];
  const inputs = units.flatMap((unit) =>
    [2 ** 20, 65_536].map((length) => unit.repeat(Math.floor(length / unit.length))),
  );
  for (const seed of seeds) loadChecked([seed], count, inputs);
  return count;
}

const flag = (id: string, nodes: Recipe["nodes"]): Recipe => ({ id, field: id, gives: "boolean", nodes });
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(stableJson(value).trim());
const newCount = (): Count => ({ refused: 0, loaded: 0, abstained: 0, decided: 0, threw: 0, hung: 0, slowest: 0 });

function load(bytes: Uint8Array, count: Count, inputs: readonly string[]): void {
  count.loaded += 1;
  const pack = attempt(() => loadPack(bytes), count, HUNG_LOADING_MS);
  if (pack === undefined) count.loaded -= 1;
  else drive(pack, count, inputs);
}

function loadChecked(recipes: readonly Recipe[], count: Count, inputs: readonly string[]): void {
  const pack = attempt(() => compilePack(recipes), count, HUNG_LOADING_MS);
  if (pack === undefined) return;
  count.loaded += 1;
  drive(pack, count, inputs);
}

function drive(pack: Pack, count: Count, inputs: readonly string[]): void {
  for (const input of inputs) {
    const decisions = attempt(() => pack.decide(input), count);
    if (decisions === undefined) continue;
    if (decisions.fields.size > 0 || decisions.marks.length > 0) count.decided += 1;
    else count.abstained += 1;
  }
}

/** Runs once, on the clock; a KolmError is a refusal, anything else thrown is counted as that. */
function attempt<T>(run: () => T, count: Count, most = HUNG_MS): T | undefined {
  const start = performance.now();
  try {
    return run();
  } catch (error) {
    if (error instanceof KolmError) count.refused += 1;
    else count.threw += 1;
    return undefined;
  } finally {
    const took = performance.now() - start;
    count.slowest = Math.max(count.slowest, took);
    if (took > most) count.hung += 1;
  }
}

/** Bytes in use after a full collection. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}
