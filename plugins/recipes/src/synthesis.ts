// This file is the entry @kolm/recipes/synthesis: the learning itself, apart from the stage record so that naming the stage stays light.
export type { Answer } from "./answers.ts";
export { foldByInput } from "./evidence/folds.ts";
export { judgeOf } from "./evidence/outcome.ts";
export type { Outcome } from "./evidence/outcome.ts";
export { isNegated } from "./evidence/polarity.ts";
export { wilsonLower } from "./evidence/wilson.ts";
export { synthesise } from "./synthesise.ts";
export { type Example, learnText, type LearnOptions, type Program, runText } from "./text/learn.ts";
