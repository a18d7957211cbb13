// This file is `kolm compile`: it runs the compile target of tasks through Nx and shows the card.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { exists, findWorkspace, layoutOf } from "@kolm/stage";
import { execa } from "execa";
import type { Command } from "../command.ts";
import { lendSigningKey } from "../keys/lend.ts";

export const compile: Command = {
  name: "compile",
  summary: "Compiles a task into dist/<task>.kolm.",
  operands: [{ name: "task", required: false, summary: "the task's name; all tasks with --all" }],
  flags: {
    all: { type: "boolean", summary: "compile every task of the workspace" },
    "keep-going": { type: "boolean", summary: "leave out files of the corpus that cannot be read, and list them" },
    "no-cache": { type: "boolean", summary: "run every stage again and compare with what was remembered" },
  },
  examples: ["kolm compile support-bot", "kolm compile --all"],
  run: async ({ operands: [task], flags }) => {
    const root = await findWorkspace(process.cwd());
    if ((task === undefined) === (flags["all"] !== true)) {
      throw new KolmError("USAGE", "kolm compile takes one task, or --all", {
        hint: "For example: kolm compile support-bot",
      });
    }
    if (task !== undefined && !(await exists(join(layoutOf(root).task(task), "task.yaml")))) {
      throw new KolmError("TASK_MISSING", `there is no tasks/${task}/task.yaml`, {
        hint: `Make it with "npx nx g @kolm/nx:task ${task}".`,
      });
    }
    const json = flags["json"] === true;
    const code = await runNx(root, nxArguments(task, flags["no-cache"] === true), {
      quiet: json,
      keepGoing: flags["keep-going"] === true,
    });
    if (task === undefined) return code;
    const verified = await gateOf(root, task);
    if (json) console.log(JSON.stringify({ artifact: `dist/${task}.kolm`, compiled: code === 0, score: verified }));
    return code === 0 ? 0 : verified?.gate.passed === false ? 2 : 1;
  },
};

function nxArguments(task: string | undefined, fresh: boolean): string[] {
  const command = task === undefined ? ["run-many", "-t", "compile"] : ["run", `${task}:compile`];
  return [...command, "--outputStyle=stream-without-prefixes", ...(fresh ? ["--skipNxCache"] : [])];
}

/** Nx is run as a child, so that its own words, Ctrl-C and exit code are the user's. */
async function runNx(
  root: string,
  parameters: readonly string[],
  { quiet, keepGoing }: { readonly quiet: boolean; readonly keepGoing: boolean },
): Promise<number> {
  const require = createRequire(join(root, "package.json"));
  const nx = require.resolve("nx/bin/nx.js");
  await using lent = await lendSigningKey(root);
  const { exitCode, stdout } = await execa(process.execPath, [nx, ...parameters], {
    cwd: root,
    reject: false,
    stdio: ["ignore", quiet ? "pipe" : "inherit", "inherit"],
    env: {
      NX_NO_CLOUD: "true",
      NX_DAEMON: "false",
      NX_ISOLATE_PLUGINS: "false",
      ...(keepGoing ? { KOLM_KEEP_GOING: "true" } : {}),
      ...lent.env,
    },
  });
  // With --json the child's words are kept off standard output; when it failed they are what the user needs.
  if (quiet && exitCode !== 0) console.error(stdout);
  return exitCode ?? 1;
}

async function gateOf(root: string, task: string): Promise<{ gate: { passed: boolean } } | undefined> {
  const path = join(layoutOf(root).stage(task, "verify"), "score.json");
  return (await exists(path)) ? (JSON.parse(await readFile(path, "utf8")) as { gate: { passed: boolean } }) : undefined;
}
