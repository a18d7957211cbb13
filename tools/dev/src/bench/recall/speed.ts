// This file measures the index: recall against exact search and queries a second beside hnswlib-node and usearch, in one run.
import type { Row } from "../bench.ts";
import { clusteredVectors, DIMS } from "./clusters.ts";
import { cached } from "./embedder.ts";
import { type Engine, hnswlibEngines, usearchEngine } from "./engines.ts";

const COUNT = 50_000;
const QUERIES = 1000;
const K = 10;
const WANTED = 0.99;
/** Breadths tried, in order, until recall is high enough. */
const BREADTHS = [10, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 256, 384, 512];
/** Engines take turns, so that what else the machine does meets all of them alike. */
const ROUNDS = 7;

/** Rows of the table of `npm run bench -- recall index`. */
export async function measureIndex(): Promise<readonly Row[]> {
  const all = await vectorsOnce();
  const queries = Array.from({ length: QUERIES }, (_, at) =>
    all.subarray((COUNT + at) * DIMS, (COUNT + at + 1) * DIMS),
  );
  const truth = await truthOnce(all, queries);
  const vectors = { all, count: COUNT };
  const engines = [
    ...(await hnswlibEngines(vectors, ["f32", "int8"])),
    await usearchEngine(vectors, "f32"),
    await usearchEngine(vectors, "f16"),
  ];
  const tuned = engines.map((engine) => tune(engine, queries, truth));
  const seconds = race(tuned, queries);
  return rowsOf(tuned.map((one, at) => ({ ...one, rate: QUERIES / (seconds[at] ?? Infinity) })));
}

type Tuned = {
  readonly engine: Engine;
  readonly breadth: number;
  readonly recall: number;
  readonly search: (query: Float32Array) => readonly number[];
};

/** The least breadth that finds enough, or the widest. */
function tune(engine: Engine, queries: readonly Float32Array[], truth: readonly ReadonlySet<number>[]): Tuned {
  let last: Tuned | undefined;
  for (const breadth of BREADTHS) {
    const search = engine.at(breadth);
    const found = queries.reduce(
      (sum, query, at) => sum + search(query).filter((row) => truth[at]?.has(row)).length,
      0,
    );
    last = { engine, breadth, recall: found / (K * QUERIES), search };
    if (last.recall >= WANTED) break;
  }
  if (last === undefined) throw new Error("invariant broken: there are breadths");
  // hnswlib-node has one breadth for all searches: set again what was just measured.
  return { ...last, search: engine.at(last.breadth) };
}

/** The median seconds an engine takes for all queries. */
function race(tuned: readonly Tuned[], queries: readonly Float32Array[]): number[] {
  const laps = tuned.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [at, { search }] of tuned.entries()) {
      const start = performance.now();
      for (const query of queries) search(query);
      laps[at]?.push((performance.now() - start) / 1000);
    }
  return laps.map((lap) => lap.sort((a, b) => a - b)[ROUNDS >> 1] ?? Infinity);
}

function rowsOf(measured: readonly (Tuned & { readonly rate: number })[]): Row[] {
  const isOurs = ({ engine }: Tuned): boolean => engine.name.startsWith("kolm");
  const [ours] = measured;
  const rivals = measured.filter((one) => !isOurs(one) && one.recall >= WANTED);
  const fastest = rivals.reduce(
    (best, one) => (one.rate > best.rate ? one : best),
    rivals[0] ?? { rate: 0, engine: { name: "none" } },
  );
  const ratio = (ours?.rate ?? 0) / fastest.rate;
  return [
    ...measured.map(({ engine, breadth, recall, rate }) => ({
      what: `${engine.name}: ${COUNT} × ${DIMS}, breadth ${breadth}`,
      aim: engine.name === "kolm f32" ? `recall@10 >= ${WANTED}` : "–",
      measured: `recall@10 ${recall.toFixed(4)}, ${Math.round(rate)} q/s, built in ${engine.buildSeconds.toFixed(0)} s`,
      holds: engine.name === "kolm f32" ? recall >= WANTED : null,
    })),
    {
      what: `kolm f32's q/s ÷ those of ${fastest.engine.name}, the fastest rival`,
      aim: ">= 0.95",
      measured: ratio.toFixed(2),
      holds: ratio >= 0.95,
    },
  ];
}

const floats = (bytes: Uint8Array): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / Float32Array.BYTES_PER_ELEMENT);

async function vectorsOnce(): Promise<Float32Array> {
  const make = async (): Promise<Uint8Array> => new Uint8Array(clusteredVectors(COUNT + QUERIES).buffer);
  return floats(await cached(`clusters-${COUNT}-${QUERIES}.f32`, make));
}

/** The ten nearest by comparing all, of equals the lower row first. */
async function truthOnce(all: Float32Array, queries: readonly Float32Array[]): Promise<ReadonlySet<number>[]> {
  const make = async (): Promise<Uint8Array> =>
    new TextEncoder().encode(JSON.stringify(queries.map((query) => nearest(all, query))));
  const bytes = await cached(`clusters-${COUNT}-${QUERIES}-nearest.json`, make);
  const lists = JSON.parse(new TextDecoder().decode(bytes)) as number[][]; // written above
  return lists.map((list) => new Set(list));
}

function nearest(all: Float32Array, query: Float32Array): number[] {
  const scores = new Float64Array(COUNT);
  for (let row = 0; row < COUNT; row++) {
    let sum = 0;
    for (let at = 0; at < DIMS; at++) sum += (all[row * DIMS + at] ?? 0) * (query[at] ?? 0);
    scores[row] = sum;
  }
  const rows = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return rows.slice(0, K);
}
