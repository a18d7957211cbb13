// This file writes values.json: texts that the value operations read, find and write, with what they give.
// Run from the repository root: node --conditions=kolm-source --import tsx test/vectors/recipe/generate-values.ts
import { writeFileSync } from "node:fs";
import { parseValue, type ShownKind, showValue, spotValues, type ValueKind, type ValueSettings } from "@kolm/recipe";
import { PARSED, SPOTTED, WRITTEN } from "./value-cases.ts";

const vectors = [
  ...PARSED.flatMap(({ as, texts, ...settings }) =>
    texts.map((text) => ({ op: "parse", as, ...settings, text, value: parseValue(text, as, settings) ?? null })),
  ),
  ...SPOTTED.map(({ as, text }) => ({
    op: "spot",
    as,
    text,
    found: spotValues(text, as).map(({ start, end }) => [start, end]),
  })),
  ...WRITTEN.flatMap(({ as, texts, ...form }) =>
    texts.map((text) => ({ op: "write", as, ...form, text, value: showValue(text, as, form) ?? null })),
  ),
];

const lines = vectors.map((vector) => `  ${JSON.stringify(vector)}`);
writeFileSync(new URL("values.json", import.meta.url), `[\n${lines.join(",\n")}\n]\n`);

export type ParsedCase = { readonly as: ValueKind; readonly texts: readonly string[] } & ValueSettings;
export type WrittenCase = {
  readonly as: ShownKind;
  readonly form: string;
  readonly texts: readonly string[];
  readonly places?: number;
  readonly point?: ",";
};
