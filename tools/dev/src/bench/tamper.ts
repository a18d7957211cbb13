// This file measures how RS-1 stands attacks: every family of mutants and every single bit, judged by both verifiers.
import { memorySource, verifyArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import type { Bench, Row } from "./bench.ts";
import { flipped, validArtifacts } from "./tamper/family.ts";
import { essence, runHarness } from "./tamper/harness.ts";
import { secondMissing, type SecondVerifier, startSecond } from "./tamper/second.ts";

const PER_FAMILY = 1000;

/** npm run bench -- tamper [mutants a family] [seed] */
export const tamper: Bench = {
  name: "tamper",
  summary: "mutants of valid artifacts: each refused with its code, alike by kolm and by verify.py",
  measure: async ([perFamily = String(PER_FAMILY), seed = "tamper"]) => {
    const missing = secondMissing();
    if (missing !== undefined) console.error(`the second verifier does not run: ${missing}`);
    await using second = missing === undefined ? startSecond() : undefined;
    const tally = await runHarness({
      seed,
      perFamily: Number(perFamily),
      ...(second && { second }),
      report: (family, mutants) => {
        if (process.stderr.isTTY) process.stderr.write(`\r  ${family} ${mutants}`.padEnd(100));
      },
    });
    for (const found of [...tally.accepted, ...tally.wrongCode, ...tally.disagreements]) console.error(found);
    const bits = await everyBit(second);
    return [
      atLeast("families", tally.families, 30),
      atLeast("different mutants", tally.mutants, 100_000),
      none("mutants accepted", tally.accepted.length),
      none("refused with a code that is not right for the family", tally.wrongCode.length),
      { ...none("judged differently by verify.py", tally.disagreements.length), ...(second ? {} : { holds: null }) },
      none(`single bits of a small artifact (${bits.tried}) whose change is accepted`, bits.accepted),
      { ...none("of these, judged differently by verify.py", bits.disagreements), ...(second ? {} : { holds: null }) },
    ];
  },
};

/** Changes every bit of a sealed artifact in turn. */
async function everyBit(second: SecondVerifier | undefined) {
  const [, sealed] = await validArtifacts();
  const file = sealed?.file ?? new Uint8Array();
  const bits = { tried: 0, accepted: 0, disagreements: 0 };
  const judge = async (mutant: Uint8Array): Promise<void> => {
    const other = second?.judge(mutant);
    const verdict = await verifyArtifact(memorySource(mutant), { crypto: nodeCrypto });
    bits.tried += 1;
    if (verdict.passed) bits.accepted += 1;
    if (other !== undefined && essence(verdict) !== essence(await other)) bits.disagreements += 1;
  };
  for (let at = 0; at < file.length; at += 1)
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((bit) => judge(flipped(file, at, bit))));
  return bits;
}

const atLeast = (what: string, measured: number, aim: number): Row => ({
  what,
  aim: `>= ${aim}`,
  measured: String(measured),
  holds: measured >= aim,
});

const none = (what: string, measured: number): Row => ({
  what,
  aim: "0",
  measured: String(measured),
  holds: measured === 0,
});
