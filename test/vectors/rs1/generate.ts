// This file writes the RS-1 conformance set: node --conditions=kolm-source --import tsx test/vectors/rs1/generate.ts
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Case } from "./cases/case.ts";
import { containerCases } from "./cases/container.ts";
import { documentCases } from "./cases/document.ts";
import { receiptCases } from "./cases/receipt.ts";
import { validCases } from "./cases/valid.ts";

/** Larger artifacts are mostly zeros, and stored with gzip. */
const LARGE = 100_000;

/** Every case; the same on every machine. */
export async function conformanceCases(): Promise<readonly Case[]> {
  return [...(await validCases()), ...(await containerCases()), ...(await documentCases()), ...(await receiptCases())];
}

/** The files of a case by name. */
export function caseFiles({ name: _, file, options, finding, says, ...about }: Case): Record<string, Uint8Array | string> {
  const verdict = finding === undefined ? { verdict: "accept", ...(says && { says }) } : { verdict: "refuse", ...finding };
  const expected = `${JSON.stringify({ ...about, ...(options && { options }), ...verdict }, null, 2)}\n`;
  return file.length > LARGE
    ? { "artifact.kolm.gz": gzipSync(file, { level: 9 }), "expected.json": expected }
    : { "artifact.kolm": file, "expected.json": expected };
}

async function write(): Promise<void> {
  const cases = await conformanceCases();
  for (const folder of ["valid", "invalid"]) await rm(join(import.meta.dirname, folder), { recursive: true, force: true });
  for (const one of cases) {
    const folder = join(import.meta.dirname, one.finding === undefined ? "valid" : "invalid", one.name);
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(caseFiles(one))) await writeFile(join(folder, name), content);
  }
  console.log(`wrote ${cases.length} cases`);
}

if (process.argv[1] === import.meta.filename) await write();
