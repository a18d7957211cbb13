// This file runs every check that needs no test: types, lint, format, dead code.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

const CHECKS: readonly (readonly [name: string, ...command: string[]])[] = [
  ["types", "tsc", "-b"],
  ["types of tests", "tsc", "-p", "test"],
  ["lint", "oxlint", "--type-aware", "--deny-warnings"],
  ["format", "oxfmt", "--check"],
  ["dead code", "knip"],
];

let failed = 0;
for (const [name, command = "", ...parameters] of CHECKS) {
  try {
    execFileSync(join(root, "node_modules/.bin", command), parameters, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
    });
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    // execFileSync puts what the child printed on its error.
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    console.log(`FAIL  ${name} (${command} ${parameters.join(" ")})\n${stdout}${stderr}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
