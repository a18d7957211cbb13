// This file declares the distill stage: what it reads and writes; its body is loaded only when it runs.
import type { Stage } from "@kolm/stage";
import { StudentOptions } from "./options.ts";

/** Trains the student: LoRA adapters of the base and one head a field, from the teacher's answers. */
export const distill: Stage<StudentOptions> = {
  name: "distill",
  summary: "Trains LoRA adapters and heads on the teacher's answers and calibrates when to abstain.",
  section: "student",
  options: StudentOptions,
  reads: [
    "spec/contract.json",
    "spec/student.json",
    "spec/student.files.json",
    "spec/unlabelled.jsonl",
    "teach/answers.jsonl",
    "base/base.json",
  ],
  writes: [
    "student.json",
    "adapter.json",
    "adapter_config.json",
    "merged.json",
    "training.json",
    "evidence.json",
    "evidence.bin",
  ],
  files: ({ trainer }) => trainer?.files ?? [],
  run: async (context) => (await import("./run.ts")).run(context),
};
