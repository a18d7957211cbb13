// This file lists the stages in order and the package that implements each; graph, executor and help derive from it.
import { base, BaseOptions } from "@kolm/base";
import { distill } from "@kolm/distill";
import { recall } from "@kolm/recall";
import { recipes } from "@kolm/recipes";
import { compile, seal } from "@kolm/seal";
import { createSpec, type Stage, type StageName } from "@kolm/stage";
import { baseline, teach } from "@kolm/teach";
import { verify } from "@kolm/verify";

export { BaseOptions };

/** A stage with the name of the package whose code it runs. */
export type Step = { readonly stage: Stage; readonly package: string };

// A stage's own options type stays inside it; the runner hands it what its schema parsed.
const step = (stage: unknown, name: string): Step => ({ stage: stage as Stage, package: name });

const OPTIONED: readonly Step[] = [
  step(teach, "@kolm/teach"),
  step(baseline, "@kolm/teach"),
  step(recipes, "@kolm/recipes"),
  step(distill, "@kolm/distill"),
  step(recall, "@kolm/recall"),
  step(verify, "@kolm/verify"),
  step(seal, "@kolm/seal"),
  step(compile, "@kolm/seal"),
];

/** Stages of a task in an order in which each follows what it reads. */
export const TASK_STEPS: readonly Step[] = [
  step(
    createSpec([...new Map(OPTIONED.map(({ stage }) => [stage.section, stage])).values()], BaseOptions),
    // It writes every section with its defaults filled in, and those stand in the stages' own packages.
    "@kolm/nx",
  ),
  ...OPTIONED,
];
/** The one stage of a base. */
export const BASE_STEP: Step = step(base, "@kolm/base");

/** Further bases a stage of a task stands on, by role; the task's (unchecked) sections name them. */
export function basesOf(stage: Stage, sections: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const section = sections[stage.section];
  const named = stage.bases?.(
    typeof section === "object" && section !== null ? (section as Record<string, unknown>) : {},
  );
  return named ?? {};
}

/** Stages a stage reads from, in the order of the pipeline; "base" stands for the base's own stage. */
export function upstreamOf(stage: Stage): readonly StageName[] {
  const owners = new Set(stage.reads.map((path) => path.split("/")[0]));
  const earlier = TASK_STEPS.map(({ stage }) => stage.name).filter((name) => owners.has(name));
  return owners.has("base") ? ["base", ...earlier] : earlier;
}

/** The stages that take part for a task whose (unchecked) sections are these. */
export function planOf(sections: Readonly<Record<string, unknown>>): readonly Step[] {
  return TASK_STEPS.filter(({ stage }) => {
    const section = sections[stage.section];
    return (
      stage.applies?.(typeof section === "object" && section !== null ? (section as Record<string, unknown>) : {}) ??
      true
    );
  });
}
