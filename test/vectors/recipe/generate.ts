// This file writes the recipe vectors from cases.ts; run it with `node --conditions=kolm-source --import tsx`, then read the diff.
import { writeFileSync } from "node:fs";
import { compilePack, compilePattern, Recipe } from "@kolm/recipe";
import { PATTERNS, type Program, PROGRAMS } from "./cases.ts";

write("programs.json", PROGRAMS.map(runProgram));
write("patterns.json", PATTERNS.map((entry) => ({ ...entry, ...searchPattern(entry) })));

function runProgram({ name, gives, nodes, inputs }: Program): unknown {
  const recipe = Recipe.parse({ id: "v", field: "f", gives, nodes });
  const pack = compilePack([recipe]);
  const results = inputs.map((input) => {
    const { fields, steps } = pack.decide(input);
    const decided = fields.get("f");
    return decided === undefined ? { input, abstains: true, steps } : { input, value: decided.value, steps };
  });
  return { name, recipe, results };
}

function searchPattern({ pattern, fold, group, text }: (typeof PATTERNS)[number]): { found: number[][] } | { refused: true } {
  try {
    compilePattern(pattern, fold === true);
  } catch {
    return { refused: true };
  }
  const nodes = [{ op: "find", pattern, group: group ?? 0, ...(fold === true ? { fold } : {}) }, { op: "label", of: 0, label: "m" }];
  const { marks } = compilePack([Recipe.parse({ id: "v", field: "f", gives: "marks", nodes })]).decide(text);
  return { found: marks.map(({ start, end }) => [start, end]) };
}

function write(file: string, entries: readonly unknown[]): void {
  const lines = entries.map((entry) => `  ${JSON.stringify(entry)}`);
  writeFileSync(new URL(file, import.meta.url), `[\n${lines.join(",\n")}\n]\n`);
}
