// This file infers Nx projects: one for each task folder and one for each base of kolm.workspace.yaml.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import {
  type CreateNodesContextV2,
  type CreateNodesResult,
  type CreateNodesV2,
  createNodesFromFiles,
} from "@nx/devkit";
import { BaseOptions, placesOf } from "@kolm/base";
import { WORKSPACE_FILE } from "@kolm/stage";
import { basesOf, planOf, type Step } from "../pipeline.ts";
import { baseNameOf, type Outline, readOutline, readTaskOutline } from "./outline.ts";
import { baseProject, baseTarget, type Code, taskTargets } from "./targets.ts";

/** Nx calls this for every task.yaml and for kolm.workspace.yaml. */
export const createNodesV2: CreateNodesV2 = [
  `{${WORKSPACE_FILE},tasks/*/task.yaml}`,
  async (files, _options, context) => {
    const outline = await readOutline(context.workspaceRoot);
    const code = codeFinder(context.workspaceRoot);
    const infer = (file: string): Promise<CreateNodesResult> =>
      file === WORKSPACE_FILE ? basesResult(outline, { code, context }) : taskResult(file, { outline, code, context });
    return createNodesFromFiles((file) => infer(file), files, undefined, context);
  },
];
export const createNodes: CreateNodesV2 = createNodesV2;

type Inference = {
  readonly outline: Outline;
  readonly code: (step: Step) => Code;
  readonly context: CreateNodesContextV2;
};

async function taskResult(file: string, { outline, code, context }: Inference): Promise<CreateNodesResult> {
  const root = dirname(file);
  const task = basename(root);
  const sections = await readTaskOutline(context.workspaceRoot, task, outline);
  const base = baseNameOf(sections, outline);
  const known = base !== undefined && Object.hasOwn(outline.bases, base) ? base : undefined;
  const further = (step: Step): Readonly<Record<string, string>> => {
    const named = Object.entries(basesOf(step.stage, sections));
    return Object.fromEntries(named.filter(([, name]) => Object.hasOwn(outline.bases, name)));
  };
  const targets = taskTargets({ task, base: known, further, plan: planOf(sections), code });
  const description = typeof sections["description"] === "string" ? sections["description"].trim() : "";
  return {
    projects: {
      [root]: {
        name: task,
        root,
        projectType: "application",
        targets,
        metadata: { description, technologies: ["kolm"] },
        tags: ["kolm:task"],
      },
    },
  };
}

async function basesResult(
  outline: Outline,
  { code, context }: Omit<Inference, "outline">,
): Promise<CreateNodesResult> {
  const projects: NonNullable<CreateNodesResult["projects"]> = {};
  for (const name of Object.keys(outline.bases)) {
    const root = `.kolm/bases/${name}`;
    projects[root] = {
      name: baseProject(name),
      root,
      projectType: "library",
      targets: { base: baseTarget(name, code, filesOfBase(outline.bases[name], context.workspaceRoot)) },
      tags: ["kolm:base"],
    };
  }
  return { projects };
}

/** The files a base's pins are about, as paths from the workspace; none where its options are wrong, which base will say. */
function filesOfBase(options: unknown, root: string): string[] {
  const parsed = BaseOptions.safeParse(options);
  return parsed.success ? placesOf(parsed.data, root).map(([, path]) => relative(root, path)) : [];
}

/** Which packages implement a stage: its own and the kolm packages below it, local when linked into this workspace. */
function codeFinder(workspaceRoot: string): (step: Step) => Code {
  const known = new Map<string, Code>();
  return (step) => {
    const code = known.get(step.package) ?? findCode(step.package, workspaceRoot);
    known.set(step.package, code);
    return code;
  };
}

function findCode(packageName: string, workspaceRoot: string): Code {
  const local = new Set<string>();
  const installed = new Map<string, string>();
  const visit = (name: string): void => {
    const link = join(workspaceRoot, "node_modules", name);
    if (local.has(name) || installed.has(name) || !existsSync(link)) return;
    const { version = "", dependencies = {} } = JSON.parse(readFileSync(join(link, "package.json"), "utf8")) as {
      version?: string;
      dependencies?: Record<string, string>;
    };
    if (isInside(realpathSync(link), realpathSync(workspaceRoot))) local.add(name);
    else installed.set(name, version);
    for (const dependency of Object.keys(dependencies)) if (dependency.startsWith("@kolm/")) visit(dependency);
  };
  visit(packageName);
  return { local: [...local].sort(), installed: [...installed].map(([name, version]) => `${name}@${version}`).sort() };
}

/** A package of the workspace itself, not one installed below its node_modules. */
function isInside(path: string, root: string): boolean {
  const below = relative(root, path);
  return !below.startsWith("..") && !below.split(sep).includes("node_modules");
}
