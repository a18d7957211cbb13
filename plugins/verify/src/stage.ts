// This file declares the verify stage: what it reads and writes; its body is loaded only when it runs.
import type { Stage } from "@kolm/stage";
import { DRAFT_SOURCES } from "./draft/layers.ts";
import { GateOptions } from "./options.ts";

/** Runs the draft artifact on the held-out evals and writes the K-score with the gate's verdict; a failing gate is written, not thrown. */
export const verify: Stage<GateOptions> = {
  name: "verify",
  summary: "Runs the draft artifact on the held-out evals and judges its K-score.",
  section: "gate",
  options: GateOptions,
  reads: [
    ...new Set([
      "spec/contract.json",
      "spec/gate.json",
      "spec/device.json",
      "spec/examples.jsonl",
      "spec/evals.jsonl",
      "spec/golden.jsonl",
      "spec/corpus.json",
      "teach/answers.jsonl",
      "teach/ledger.json",
      "baseline/baseline.json",
      "baseline/ledger.json",
      ...DRAFT_SOURCES,
    ]),
  ],
  writes: ["score.json", "report.json"],
  run: async (context) => (await import("./run.ts")).run(context),
};
