// This file turns one stage into one Nx target: what it depends on, what it reads, what it writes, whose code it runs.
import type { TargetConfiguration } from "@nx/devkit";
import { KEEP_GOING } from "../execute/environment.ts";
import { BASE_STEP, type Step, upstreamOf } from "../pipeline.ts";

type Input = NonNullable<TargetConfiguration["inputs"]>[number];

/** Who implements a stage: packages of this workspace, hashed by their files, and installed ones as name@version. */
export type Code = { readonly local: readonly string[]; readonly installed: readonly string[] };
export type Place = {
  readonly task: string;
  readonly base: string | undefined;
  /** Further bases a stage stands on, by role. */
  readonly further: (step: Step) => Readonly<Record<string, string>>;
  readonly plan: readonly Step[];
  readonly code: (step: Step) => Code;
};

export const baseProject = (name: string): string => `base-${name}`;

/** Targets of a task: every stage of its plan. */
export function taskTargets(place: Place): Record<string, TargetConfiguration> {
  return Object.fromEntries(place.plan.map((step) => [step.stage.name, taskTarget(step, place)]));
}

function taskTarget(step: Step, { task, base, further, plan, code }: Place): TargetConfiguration {
  const { stage } = step;
  const names = new Set<string>(plan.map((one) => one.stage.name));
  const bases = further(step);
  const upstream = upstreamOf(stage).filter((name) => (name === "base" ? base !== undefined : names.has(name)));
  return {
    // spec stands alone in its batch, so that Nx hashes later stages on what it wrote.
    executor: stage.name === "spec" ? "@kolm/nx:spec" : "@kolm/nx:stage",
    // compile is one digest comparison when nothing changed, and puts a deleted artifact back; Nx would copy it whole into its
    // cache. seal depends on a key Nx cannot see. The runner's own fingerprint covers both.
    cache: stage.name !== "compile" && !stage.signs,
    dependsOn: [
      ...upstream.map((name) => (name === "base" ? { projects: [baseProject(base ?? "")], target: "base" } : name)),
      ...[...new Set(Object.values(bases))].sort().map((name) => ({ projects: [baseProject(name)], target: "base" })),
    ],
    inputs: [
      ...fileInputs(step, { task, base, bases }),
      ...(stage.name === "recall" ? [{ env: KEEP_GOING }] : []),
      ...codeInputs(code(step)),
    ],
    outputs: [`{workspaceRoot}/.kolm/tasks/${task}/${stage.name}`],
    options: { stage: stage.name, code: code(step).installed },
    metadata: { description: stage.summary, technologies: ["kolm"] },
  };
}

/** The target of a base: the workspace's file, whose bases section pins the weights, and what the weights' files hold. */
export function baseTarget(name: string, code: (step: Step) => Code, files: readonly string[]): TargetConfiguration {
  return {
    executor: "@kolm/nx:spec",
    cache: true,
    inputs: ["{workspaceRoot}/kolm.workspace.yaml", ...contentInputs(files), ...codeInputs(code(BASE_STEP))],
    outputs: [`{workspaceRoot}/.kolm/bases/${name}`],
    options: { stage: "base", code: code(BASE_STEP).installed },
    metadata: { description: BASE_STEP.stage.summary, technologies: ["kolm"] },
  };
}

/** Weights are mostly ignored by git, and so are no files to Nx: a command tells it their digests. */
function contentInputs(files: readonly string[]): Input[] {
  if (files.length === 0) return [];
  const read =
    "try{console.log(c.createHash('sha256').update(f.readFileSync(p)).digest('hex'))}catch{console.log('missing')}";
  const script = `const c=require('crypto'),f=require('fs');for(const p of process.argv.slice(1)){${read}}`;
  return [{ runtime: `node -e "${script}" -- ${files.map((path) => JSON.stringify(path)).join(" ")}` }];
}

type Bases = { readonly base: string | undefined; readonly bases: Readonly<Record<string, string>> };

function fileInputs({ stage }: Step, { task, base, bases }: Bases & { readonly task: string }): Input[] {
  return stage.reads.flatMap((path): Input[] => {
    const [owner = "", ...rest] = path.split("/");
    if (owner === "task") return ["{projectRoot}/**/*", "!{projectRoot}/README.md"];
    if (owner === "workspace") return [`{workspaceRoot}/${rest.join("/")}`];
    const isBase = owner === "base" || owner.startsWith("base-");
    const named = owner === "base" ? base : bases[owner.slice("base-".length)];
    if (isBase)
      return named === undefined
        ? []
        : [{ dependentTasksOutputFiles: `**/bases/${named}/${rest.join("/")}*`, transitive: true }];
    return [{ dependentTasksOutputFiles: `**/tasks/${task}/${path}*`, transitive: true }];
  });
}

/**
 * Local packages by their files (their manifests pin what they depend on); installed ones stand in the target's options, which Nx
 * hashes too. No other dependency of the workspace counts. Kernels differ between engines and CPUs, so the machine does.
 */
function codeInputs({ local }: Code): Input[] {
  return [
    { runtime: "node -p process.version+process.platform+process.arch" },
    ...(local.length > 0 ? [{ input: "production", projects: [...local] }] : []),
    { externalDependencies: [] },
  ];
}
