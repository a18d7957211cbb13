// This file changes single bytes of a compiled artifact, densely where its structure is, and counts what verification lets through.
import { readFile } from "node:fs/promises";
import { KolmError, memorySource, verifyArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import type { Bench } from "./bench.ts";

const FRONT = 12_000;
const BACK = 6_000;

/** npm run bench -- tamper [file.kolm]; dist/support-bot.kolm when none is named. */
export const tamper: Bench = {
  name: "tamper",
  summary: "single-byte changes of an artifact: every one must be refused with what it touches",
  measure: async ([file = "dist/support-bot.kolm"]) => {
    const bytes = new Uint8Array(
      await readFile(file).catch((cause: unknown) => {
        throw new KolmError("FILE_UNREADABLE", `cannot read ${file}`, { cause, hint: "Compile it first." });
      }),
    );
    const places = [
      ...every(7, 0, FRONT),
      ...every(3, bytes.length - BACK, bytes.length),
      ...every(97_003, FRONT, bytes.length),
    ];
    let accepted = 0;
    let unnamed = 0;
    for (const [count, at] of places.entries()) {
      const old = bytes[at] ?? 0;
      bytes[at] = old ^ (1 << (count % 8));
      const verdict = await verifyArtifact(memorySource(bytes), { crypto: nodeCrypto });
      bytes[at] = old;
      if (verdict.passed) accepted++;
      else if (verdict.finding.subject === "") unnamed++;
    }
    return [
      {
        what: `${places.length} changed bytes of ${bytes.length}: accepted`,
        aim: "0",
        measured: String(accepted),
        holds: accepted === 0,
      },
      {
        what: "refused without naming a header, member or layer",
        aim: "0",
        measured: String(unnamed),
        holds: unnamed === 0,
      },
    ];
  },
};

function every(step: number, from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => from + index * step);
}
