// This file is the recipes stage: deterministic programs synthesised from the answers, each with a certificate.
import type { Stage } from "@kolm/stage";
import { RecipesOptions } from "./options.ts";

export const recipes: Stage<RecipesOptions> = {
  name: "recipes",
  summary: "Synthesise deterministic recipes from the answers and certify each on examples it has not seen.",
  section: "recipes",
  options: RecipesOptions,
  reads: [
    "spec/contract.json",
    "spec/recipes.json",
    "spec/unlabelled.jsonl",
    "teach/answers.jsonl",
    "teach/candidates.jsonl",
  ],
  writes: ["pack.json", "certificates.json", "review.jsonl"],
  run: async (context) => (await import("./run.ts")).run(context),
};

export { RecipesOptions } from "./options.ts";
export type { Refusal, RefusalName } from "./candidate/read.ts";
export type { Question } from "./text/field.ts";
export type { Certificate, Certificates, Rejection } from "./evidence/certificate.ts";
