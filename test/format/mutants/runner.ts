// This file runs the format's tests for Stryker in one process: mutants are switched, not started.
import { register } from "node:module";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import type { Collected } from "./collector.ts";
import type { Places } from "./resolve.ts";

/** Tests in the order in which they are tried: the narrow and quick first. Those that only repeat these at length are left out. */
const FILES = [
  "canonical.test.ts",
  "golden.test.ts",
  "trust-judge.test.ts",
  "container-attacks.test.ts",
  "artifact.test.ts",
  "referenced.test.ts",
  "zip64.test.ts",
  "trust.test.ts",
  "conformance.test.ts",
];
/** Long ones that look for what nobody thought of, and those of what writes the set. */
const LEFT_OUT = /^a hostile trust file is refused|generator writes|read as a stream/;
const LOADING = "loading the tests";

/** What the instrumented sources and this runner share. */
type Switchboard = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { readonly perTest: Record<string, unknown> };
};
type MutantRun = {
  readonly activeMutant: { readonly id: string };
  readonly mutantActivation: "runtime" | "static";
  readonly reloadEnvironment: boolean;
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
};

/** A runner of Stryker 9 over the sandbox in this folder. */
export function startRunner(folder: string) {
  const sandbox = `${pathToFileURL(folder).href}/`;
  const places: Places = { sandbox, substitutes: new URL("./", import.meta.url).href };
  register("./resolve.ts", import.meta.url, { data: places });
  // The same cases in every run, and no time spent on making a failing one smaller.
  fc.configureGlobal({ seed: 20_260_601, endOnFailure: true });
  // The name under which instrumented code looks for it.
  const board = ((globalThis as { __stryker__?: Switchboard }).__stryker__ ??= {});
  let version = 0;
  let tests: readonly Collected[] | undefined;

  const load = async (): Promise<readonly Collected[]> => {
    version += 1;
    for (const entry of ["src", "node"]) await import(`${sandbox}tools/format/${entry}/index.ts?version=${version}`);
    // What test files make while they are loaded is made by sources without a mutant, and covers nothing.
    board.currentTestId = LOADING;
    for (const file of FILES) await import(`${sandbox}test/format/${file}?version=${version}`);
    board.currentTestId = undefined;
    const { collected } = await import(`${places.substitutes}collector.ts?version=${version}`);
    return collected.filter(({ name }: Collected) => !LEFT_OUT.test(name));
  };

  const dryRun = async () => {
    tests = await load();
    const results = [];
    for (const { name, run } of tests) {
      board.currentTestId = name;
      const start = performance.now();
      const failure = await failureOf(run);
      const result = { id: name, name, timeSpentMs: performance.now() - start };
      results.push(failure === undefined ? { ...result, status: 0 } : { ...result, status: 1, failureMessage: failure });
    }
    board.currentTestId = undefined;
    delete board.mutantCoverage?.perTest[LOADING];
    return { status: "complete", tests: results, mutantCoverage: board.mutantCoverage };
  };

  const mutantRun = async ({ activeMutant, mutantActivation, reloadEnvironment, testFilter, hitLimit }: MutantRun) => {
    board.hitCount = 0;
    board.hitLimit = hitLimit;
    if (reloadEnvironment || tests === undefined) {
      board.activeMutant = mutantActivation === "static" ? activeMutant.id : undefined;
      tests = [];
      const failure = await failureOf(async () => {
        tests = await load();
      });
      if (failure !== undefined) return killed(LOADING, failure);
    }
    board.activeMutant = activeMutant.id;
    const chosen = testFilter === undefined ? undefined : new Set(testFilter);
    for (const { name, run } of tests) {
      if (chosen?.has(name) === false) continue;
      const failure = await failureOf(run);
      if (hitLimit !== undefined && board.hitCount > hitLimit) return { status: "timeout", reason: "no end in sight" };
      if (failure !== undefined) return killed(name, failure);
    }
    return { status: "survived", nrOfTests: chosen?.size ?? tests.length };
  };
  return { dryRun, mutantRun };
}

function killed(by: string, failureMessage: string) {
  return { status: "killed", killedBy: [by], failureMessage, nrOfTests: 1 };
}

async function failureOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return String(error) || "failed";
  }
}
