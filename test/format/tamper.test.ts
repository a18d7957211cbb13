// This file runs a seeded sample of every family of attacks, judged by kolm and by the independent second verifier.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAMILIES, runHarness } from "../../tools/dev/src/bench/tamper/harness.ts";
import { secondMissing, startSecond } from "../../tools/dev/src/bench/tamper/second.ts";

test("no mutant of any family is accepted, and each is refused with a code that is right for its family", async () => {
  const { accepted, wrongCode, empty, families, mutants } = await runHarness({ seed: "sample", perFamily: 12 });
  assert.deepEqual({ accepted, wrongCode, empty }, { accepted: [], wrongCode: [], empty: [] });
  assert.ok(families >= 30 && families === FAMILIES.length);
  assert.ok(mutants >= families * 10);
});

const missing = secondMissing();
test(
  "the second verifier gives the same code, member and index for every one",
  { skip: missing ?? false },
  async () => {
    await using second = startSecond();
    const { disagreements, mutants } = await runHarness({ seed: "second", perFamily: 6, second });
    assert.deepEqual(disagreements, []);
    assert.ok(mutants >= FAMILIES.length * 5);
  },
);
