// This file runs the format's tests for Stryker in one process: mutants are switched, not started.
import { register } from "node:module";
import fc from "fast-check";
import type { Collected } from "./collector.ts";
import type { Places } from "./resolve.ts";

/** Tests in the order in which they are tried: the narrow and quick first. Those that only repeat these at length are left out. */
const FILES = [
  "canonical.test.ts",
  "chain.test.ts",
  "golden.test.ts",
  "merkle.test.ts",
  "membership.test.ts",
  "trust-form.test.ts",
  "trust-envelope.test.ts",
  "container-names.test.ts",
  "container-end.test.ts",
  "container-directory.test.ts",
  "container-zip64.test.ts",
  "trust-judge.test.ts",
  "container-attacks.test.ts",
  "container-fields.test.ts",
  "referenced.test.ts",
  "trust.test.ts",
  "artifact.test.ts",
  "conformance-verdicts.test.ts",
];
/** Long ones that look for what nobody thought of. */
const LEFT_OUT = /^a hostile trust file is refused/;
const LOADING = "loading the tests";

/** What the instrumented sources and this runner share. */
type Switchboard = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { readonly perTest: Record<string, unknown> };
};
type Test = Collected & { readonly file: string };
type MutantRun = {
  readonly activeMutant: { readonly id: string };
  readonly mutantActivation: "runtime" | "static";
  readonly reloadEnvironment: boolean;
  readonly sandboxFileName: string;
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
};

/** A runner of Stryker 9 over the sandbox at this address, which ends in /. */
export function startRunner(sandbox: string) {
  const substitutes = new URL("./", import.meta.url).href;
  const places: Places = { sandbox, substitutes };
  register("./resolve.ts", import.meta.url, { data: places });
  // The same cases in every run, and no time spent on making a failing one smaller.
  fc.configureGlobal({ seed: 20_260_601, endOnFailure: true });
  // The name under which instrumented code looks for it.
  const board = ((globalThis as { __stryker__?: Switchboard }).__stryker__ ??= {});
  let version = 0;
  let tests: readonly Test[] | undefined;

  const load = async (): Promise<readonly Test[]> => {
    version += 1;
    for (const entry of ["src", "node"]) await import(`${sandbox}tools/format/${entry}/index.ts?version=${version}`);
    const { collected }: { collected: Collected[] } = await import(`${substitutes}collector.ts?version=${version}`);
    // What test files make while they are loaded is made by sources without a mutant, and covers nothing.
    board.currentTestId = LOADING;
    const loaded: Test[] = [];
    for (const file of FILES) {
      await import(`${sandbox}test/format/${file}?version=${version}`);
      loaded.push(...collected.splice(0).map((one) => ({ ...one, file })));
    }
    board.currentTestId = undefined;
    return loaded.filter(({ name }) => !LEFT_OUT.test(name));
  };

  const dryRun = async () => {
    tests = await load();
    const results = [];
    for (const { name, run } of tests) {
      board.currentTestId = name;
      const start = performance.now();
      const failure = await failureOf(run);
      const result = { id: name, name, timeSpentMs: performance.now() - start };
      results.push(
        failure === undefined ? { ...result, status: 0 } : { ...result, status: 1, failureMessage: failure },
      );
    }
    board.currentTestId = undefined;
    delete board.mutantCoverage?.perTest[LOADING];
    return { status: "complete", tests: results, mutantCoverage: board.mutantCoverage };
  };

  const mutantRun = async (options: MutantRun) => {
    const { activeMutant, testFilter, hitLimit } = options;
    const isStatic = options.mutantActivation === "static";
    board.hitCount = 0;
    board.hitLimit = hitLimit;
    if (options.reloadEnvironment || tests === undefined) {
      board.activeMutant = isStatic ? activeMutant.id : undefined;
      tests = undefined;
      try {
        tests = await load();
      } catch (error) {
        if (isStatic) return killed(LOADING, String(error));
        throw error;
      }
    }
    board.activeMutant = activeMutant.id;
    const chosen = testFilter === undefined ? undefined : new Set(testFilter);
    const nearest = nearestFirst(tests, options.sandboxFileName).filter(({ name }) => chosen?.has(name) ?? true);
    for (const { name, run } of nearest) {
      const failure = await failureOf(run);
      if (hitLimit !== undefined && board.hitCount > hitLimit) return { status: "timeout", reason: "no end in sight" };
      if (failure !== undefined) return killed(name, failure);
    }
    if (nearest.length === 0) throw new Error(`no test is left to judge mutant ${activeMutant.id}`);
    return { status: "survived", nrOfTests: nearest.length };
  };
  return { dryRun, mutantRun };
}

/** Tests of files that are called like the source or its folder go before the others. */
function nearestFirst(tests: readonly Test[], source: string): readonly Test[] {
  const words = source.replace(/\.ts$/, "").split("/").slice(-2);
  const near = ({ file }: Test): boolean => words.some((word) => file.startsWith(word));
  return [...tests.filter(near), ...tests.filter((one) => !near(one))];
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
