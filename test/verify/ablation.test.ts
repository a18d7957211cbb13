// This file checks that each part of the artifact is scored alone.
import assert from "node:assert/strict";
import test from "node:test";
import { MEASURED, verified } from "./small-task.ts";

test("the ablation scores each part alone, and says why a part is not there", async () => {
  const { score } = await verified({ baseline: MEASURED });
  assert.deepEqual(score.ablation, {
    recipes: { accuracy: "1.0000", coverage: "0.1250", answered: 1 },
    student: { accuracy: "0.7500", coverage: "0.8750", answered: 8 },
    recall: { absent: "the task has no retrieval field" },
    // Letters z and q give the frozen base away: all 8 in scope right, both others answered.
    base: { accuracy: "0.8000", coverage: "1.0000", answered: 10 },
    teacher: { accuracy: "0.8571", coverage: "0.8750", answered: 7 },
  });
  const without = await verified({ files: {} });
  assert.deepEqual(without.score.ablation?.student, { absent: "the artifact has no student" });
  assert.deepEqual(without.score.ablation?.teacher, { absent: "no frontier was measured" });
  assert.equal((await verified({ options: { ablation: false } })).score.ablation, undefined);
});
