// This file runs the tests: all of them, or those whose path contains any of the words given.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const root = join(import.meta.dirname, "../../..");
const words = process.argv.slice(2);
const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts"))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();

if (files.length === 0) {
  console.error(`no test file matches: ${words.join(" ")}`);
  process.exit(1);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const tests = run({
  files: files.map((path) => join(root, "test", path)),
  concurrency: Math.min(2, availableParallelism()),
  timeout: 600_000,
});
tests.on("test:pass", ({ skip, details }) => {
  if (details.type !== "suite") counts[skip === undefined ? "passed" : "skipped"]++;
});
tests.on("test:fail", ({ details }) => {
  if (details.type !== "suite") counts.failed++;
});
tests.compose(new spec()).pipe(process.stdout);
tests.on("end", () => {
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  process.on("exit", () => console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`));
});
