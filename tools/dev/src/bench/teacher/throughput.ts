// This file measures how fast the teacher's memo answers, and that many calls through the real SDK leave memory as it was.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Contract } from "@kolm/format";
import { type Context, createRng } from "@kolm/stage";
import { openStore, type Store } from "@kolm/store";
import { openTeacher, TeacherOptions } from "@kolm/teach";
import type { Row } from "../bench.ts";

const HITS = 10_000;
const REQUESTS = 100_000;
/** Memory is compared from here on: compiled code and connection pools are there by then. */
const WARM = 20_000;
const AT_ONCE = 128;
/** More than this would not be flat: a megabyte for every ten thousand requests. */
const GROWTH_MB = 8;

const CONTRACT: Contract = {
  input: { type: "text", maxLength: 1000 },
  output: { mood: { type: "enum", values: ["good", "bad"] } },
};
type Teacher = Awaited<ReturnType<typeof openTeacher>>["teacher"];

/** Memo hits a second on this core, requests a second through the SDK, and what they leave on the heap. */
export async function measureThroughput(requests = REQUESTS): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "kolm-throughput-"));
  const server = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(new URL("./loopback.ts", import.meta.url))],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const store = await openStore(folder);
  try {
    const options = optionsFor(await portOf(server));
    const asked = await measureCalls(await open(options, store), requests);
    const hits = await measureHits(await open(options, store));
    return [...asked, hits];
  } finally {
    server.stdin?.end();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

async function portOf(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error("invariant broken: the server's output is a pipe");
  const [printed] = (await once(server.stdout, "data")) as [Buffer];
  return printed.toString().trim();
}

async function measureCalls(teacher: Teacher, requests: number): Promise<Row[]> {
  let warm = 0;
  const start = performance.now();
  await askAll(teacher, 0, Math.min(WARM, requests));
  warm = heapMb();
  await askAll(teacher, Math.min(WARM, requests), requests);
  const seconds = (performance.now() - start) / 1000;
  const grown = heapMb() - warm;
  return [
    {
      what: `${requests} requests through the SDK to a loopback server, ${AT_ONCE} at once, each kept in lmdb`,
      aim: "",
      measured: `${Math.round(requests / seconds)} a second`,
      holds: null,
    },
    {
      what: `heap after ${requests} requests, compared with after ${WARM}`,
      aim: `within ${GROWTH_MB} MB`,
      measured: `${grown >= 0 ? "+" : ""}${grown.toFixed(1)} MB of ${warm.toFixed(0)} MB`,
      holds: grown <= GROWTH_MB,
    },
  ];
}

async function measureHits(teacher: Teacher): Promise<Row> {
  await askAll(teacher, 0, HITS / 10);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await askAll(teacher, 0, HITS);
  const rate = HITS / ((performance.now() - start) / 1000);
  const { user, system } = process.cpuUsage(cpu);
  const perCore = HITS / ((user + system) / 1e6);
  return {
    what: `memo hits from lmdb, request worded, hashed, read and judged`,
    aim: "10000 a second per core",
    measured: `${Math.round(rate)} a second, ${Math.round(perCore)} a second of CPU time`,
    holds: perCore >= 10_000,
  };
}

async function askAll(teacher: Teacher, from: number, to: number): Promise<void> {
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) {
      const { status } = await teacher.answer({ input: `message number ${next++} of this benchmark`, sample: 0 });
      if (status !== "valid") throw new Error(`an answer is ${status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function heapMb(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // the flag makes the function exist in new contexts
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

function optionsFor(port: string): TeacherOptions {
  return TeacherOptions.parse({
    provider: "openai",
    model: "loopback",
    baseURL: `http://127.0.0.1:${port}/v1`,
    price: { input: 1, output: 2 },
    concurrency: AT_ONCE,
  });
}

async function open(options: TeacherOptions, store: Store): Promise<Teacher> {
  const none = async (): Promise<never> => {
    throw new Error("invariant broken: nothing else is read or written");
  };
  const context: Context<TeacherOptions> = {
    task: "throughput",
    options,
    inputs: {
      json: async <T>() => ({ text: "Says whether a message is in a good mood." }) as T,
      bytes: none,
      has: async () => false,
      list: async () => [],
      blob: none,
      pointer: none,
    },
    outputs: { json: none, bytes: none, blob: none, artifact: none },
    rng: createRng("throughput"),
    report: () => undefined,
    signal: new AbortController().signal,
    store,
    secret: () => undefined,
    signer: none,
  };
  return (await openTeacher(context, CONTRACT)).teacher;
}
