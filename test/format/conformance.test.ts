// This file holds the RS-1 conformance set in test/vectors/rs1 to its generator and to SPEC.md, the second verifier and the stream to it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { memorySource, VERDICT_CODES, verifyArtifact, verifyStream } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { essence } from "../../tools/dev/src/bench/tamper/harness.ts";
import { secondMissing, startSecond } from "../../tools/dev/src/bench/tamper/second.ts";
import { caseFiles, conformanceCases } from "../vectors/rs1/generate.ts";
import { check, FOLDER, optionsOf, storedCases } from "./conformance-set.ts";

const stored = storedCases();

test(
  "verify.py gives the same ones, and agrees with kolm on all a verdict says",
  { skip: secondMissing() ?? false },
  async () => {
    await using second = startSecond();
    for (const one of stored) {
      const options = optionsOf(one.expected);
      const theirs = await second.judge(one.file, options);
      check(one, theirs);
      const ours = await verifyArtifact(memorySource(one.file), { crypto: nodeCrypto, ...options });
      assert.equal(essence(theirs), essence(ours), one.name);
    }
  },
);

test("read as a stream, the same files pass and the same are refused", async () => {
  for (const { name, file, expected } of stored) {
    const pieces = Array.from({ length: Math.ceil(file.length / 50_000) }, (_, at) =>
      file.subarray(at * 50_000, at * 50_000 + 50_000),
    );
    const verdict = await verifyStream(pieces, { crypto: nodeCrypto, ...optionsOf(expected) });
    assert.equal(verdict.passed, expected.verdict === "accept", `${name}: ${JSON.stringify(verdict)}`);
    if (verdict.passed) check({ name, file, expected }, verdict);
  }
});

test("the stored set is what its generator writes", async () => {
  const cases = await conformanceCases();
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  const written = cases.map((one) => {
    const { "expected.json": expected } = caseFiles(one);
    return { name: `${one.finding === undefined ? "valid" : "invalid"}/${one.name}`, expected, file: one.file };
  });
  assert.deepEqual(written.map(({ name }) => name).sort(), stored.map(({ name }) => name).sort());
  for (const { name, expected, file } of written) {
    assert.equal(readFileSync(join(FOLDER, name, "expected.json"), "utf8"), expected, name);
    assert.ok(Buffer.compare(file, stored.find((one) => one.name === name)?.file ?? new Uint8Array()) === 0, name);
  }
});

/** Codes of documents built on RS-1: roles, trust, anchors, policy. */
const ELSEWHERE = /^E_(?:KEY_ROLE|KEY_REVOKED|TRUST_.*|ANCHOR_.*|POLICY)$/;

test("every code RS-1 itself can give has a case, and every case a section of SPEC.md", () => {
  const covered = new Set(stored.map(({ expected }) => expected.code));
  assert.deepEqual(
    VERDICT_CODES.filter((code) => !ELSEWHERE.test(code) && !covered.has(code)),
    [],
  );
  const spec = readFileSync(join(FOLDER, "../../../tools/format/SPEC.md"), "utf8");
  for (const { name, expected } of stored)
    assert.match(spec, new RegExp(`^#+ ${expected.section.replace(".", "\\.")}[. ]`, "m"), name);
});
