// This file runs one benchmark and prints what was measured against what was aimed at.
import { describeError } from "@kolm/stage";
import { type Bench, type Row } from "./bench/bench.ts";
import { cache } from "./bench/cache.ts";
import { distill } from "./bench/distill.ts";
import { recall } from "./bench/recall.ts";
import { recipes } from "./bench/recipes.ts";
import { supportBot } from "./bench/support-bot.ts";
import { teacher } from "./bench/teacher.ts";
import { tamper } from "./bench/tamper.ts";
import { verifySpeed } from "./bench/verify-speed.ts";

const BENCHES: readonly Bench[] = [supportBot, cache, distill, recall, recipes, teacher, tamper, verifySpeed];

const [name, ...rest] = process.argv.slice(2).filter((word) => word !== "--json");
const json = process.argv.includes("--json");
const bench = BENCHES.find((one) => one.name === name);
if (!bench) {
  console.error(
    `npm run bench -- <name> [--json]\n\n${BENCHES.map((one) => `  ${one.name.padEnd(14)} ${one.summary}`).join("\n")}`,
  );
  process.exit(name === undefined ? 0 : 64);
}
const rows = await bench.measure(rest).catch((error: unknown) => {
  console.error(describeError(error));
  process.exit(1);
});
if (json) console.log(JSON.stringify({ name: bench.name, rows }));
else console.log(table(rows));
process.exitCode = rows.every(({ holds }) => holds !== false) ? 0 : 1;

function table(all: readonly Row[]): string {
  const cells = [
    ["what", "aim", "measured", "holds"],
    ...all.map(({ what, aim, measured, holds }) => [what, aim, measured, holds === null ? "–" : holds ? "yes" : "NO"]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}
