// This file checks the stage with the real runtime on a small real artifact: the built-in base under random heads.
import assert from "node:assert/strict";
import test from "node:test";
import { LAYER } from "@kolm/runtime";
import type { Output } from "@kolm/format";
import { nodePorts } from "../../plugins/verify/src/draft/node.ts";
import { CONTRACT, openBase, smallLayers } from "../runtime/small-artifact.ts";
import { verified } from "./small-task.ts";

const output = (pool: string, changes: Partial<Output> = {}): Output => ({
  pool,
  urgent: false,
  order: null,
  people: [],
  ...changes,
});
const row = (id: string, input: string, expected: Output | null) => ({ id, input, output: expected });
const TEXTS = [
  "I want my money back",
  "when does my parcel come",
  "what a lovely song",
  "nothing of this sort",
  "refund me right now #12345",
];

async function smallTask() {
  const layers = await smallLayers();
  const { file, model, tokenizer } = await openBase();
  const bytes = (path: string): Uint8Array => layers.get(path) ?? new Uint8Array();
  return {
    contract: CONTRACT,
    examples: [
      row("x1", "please refund my order", output("refund")),
      row("x2", "the delivery is late", output("delivery")),
      row("x3", "songs", output("other")),
    ],
    evals: TEXTS.map((text, index) =>
      row(`v${index}`, text, index === 3 ? null : output(["refund", "delivery", "other"][index % 3] ?? "")),
    ),
    golden: [],
    files: { "distill/student.json": bytes(LAYER.student), "recipes/pack.json": bytes(LAYER.recipes) },
    pointed: {
      "base/base.json": { ...file, model, tokenizer },
      "distill/adapter.json": { adapter: bytes(LAYER.adapter), heads: bytes(LAYER.heads) },
    },
  };
}

test("the draft answers through the runtime, with its work counted", async () => {
  const { score, report } = await verified(await smallTask(), nodePorts);
  assert.equal(score.evals.n, 5);
  assert.equal(score.evals.answeredInScope, 4); // thresholds of 0: it never abstains
  for (const { work, path, modelledSeconds } of report.rows) {
    assert.ok(work.macs > 0 && work.passes === 1 && work.recipeSteps > 0, `${path} ${JSON.stringify(work)}`);
    assert.ok(modelledSeconds > 0.002);
  }
  assert.equal(report.rows[4]?.path, "mixed"); // recipes find #12345 and "right now"
  assert.deepEqual(
    report.layers.map(({ path }) => path),
    [
      LAYER.encoder,
      LAYER.tokenizer,
      LAYER.adapter,
      LAYER.heads,
      LAYER.student,
      LAYER.recipes,
      "layers/verifier/contract.json",
      "layers/verifier/evals.jsonl",
    ],
  );
});

test("each part answers alone, and the bare base by its nearest prototype", async () => {
  const { ablation } = (await verified(await smallTask(), nodePorts)).score;
  assert.deepEqual(ablation?.recipes, { accuracy: "0.0000", coverage: "0.0000", answered: 0 }); // no recipe decides pool
  assert.ok(ablation && "answered" in ablation.student && ablation.student.answered === 5);
  assert.ok("answered" in ablation.base && ablation.base.answered === 5 && ablation.base.coverage === "1.0000");
  // "money back" is nearest to refund, "parcel" to delivery, the song to songs; the last two are wrong.
  assert.equal(ablation.base.accuracy, "0.6000");
});

test("two runs write the same bytes", async () => {
  const task = await smallTask();
  const [first, second] = [await verified(task, nodePorts), await verified(task, nodePorts)];
  assert.deepEqual(first.bytes, second.bytes);
});
