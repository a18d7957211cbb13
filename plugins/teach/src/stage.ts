// This file declares the stages of teaching: what they read and write; their bodies are loaded only when they run.
import type { Stage } from "@kolm/stage";
import { TeacherOptions } from "./options.ts";

const common = {
  section: "teacher",
  options: TeacherOptions,
  // A section that was left out is human labels, which name no file.
  files: (options: Partial<TeacherOptions>): readonly string[] =>
    options.provider === "recorded" ? [options.file ?? []].flat() : [],
  optionalFiles: (options: Partial<TeacherOptions>): readonly string[] =>
    "cassette" in options && options.cassette !== undefined ? [options.cassette] : [],
  invents: (options: Partial<TeacherOptions>): boolean => "write" in options && options.write !== undefined,
} as const;
const SPEC = ["spec/contract.json", "spec/teacher.json", "spec/teacher.files.json", "spec/description.json"] as const;

/** Answers the examples by people or by a frontier model. */
export const teach: Stage<TeacherOptions> = {
  ...common,
  name: "teach",
  summary: "Collects the teacher's answers, and what people should look at.",
  reads: [...SPEC, "spec/examples.jsonl", "spec/unlabelled.jsonl", "spec/held-out.jsonl"],
  writes: ["answers.jsonl", "review.jsonl", "written.jsonl", "candidates.jsonl", "ledger.json"],
  run: async (context) => (await import("./run-teach.ts")).runTeach(context),
};

/** Measures the teacher on the evals; apart from teach, so that editing evals leaves all that was learnt as it is. */
export const baseline: Stage<TeacherOptions> = {
  ...common,
  name: "baseline",
  summary: "Measures the teacher on the evals: what the K-score divides by.",
  reads: [...SPEC, "spec/evals.jsonl", "teach/ledger.json"],
  writes: ["baseline.json", "ledger.json"],
  applies: ({ provider = "labels", baseline: wanted, declared }) =>
    declared !== undefined || (provider !== "labels" && wanted !== "none"),
  run: async (context) => (await import("./run-baseline.ts")).runBaseline(context),
};
