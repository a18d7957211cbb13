// This file says in a line or two what a stage did, for Nx's terminal output.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { layoutOf, type Outcome, renderCover, Score } from "@kolm/stage";
import type { Environment } from "./environment.ts";

export type Done = {
  readonly id: string;
  readonly owner: string;
  readonly stage: string;
  readonly status: Outcome["status"];
  readonly milliseconds: number;
};

/** "support-bot:teach ran in 1.2 s"; compile adds the card. */
export async function summarise(
  { id, owner, stage, status, milliseconds }: Done,
  environment: Environment,
): Promise<string> {
  const line =
    status === "ran"
      ? `${id} ran in ${(milliseconds / 1000).toFixed(1)} s`
      : status === "reused"
        ? `${id} reused an earlier run`
        : `${id} is up to date`;
  if (stage === "recall") return [line, ...(await notices(owner, environment))].join("\n");
  if (stage !== "compile") return line;
  const folder = layoutOf(environment.root).stage(owner, "verify");
  const score = Score.parse(JSON.parse(await readFile(join(folder, "score.json"), "utf8")));
  return `${line}\n\n${renderCover(`dist/${owner}.kolm`, score)}`;
}

const Notice = z.object({
  warnings: z.array(z.string()),
  skipped: z.array(z.object({ path: z.string(), message: z.string() })),
});

/** What recall has to say of the corpus, also when it did not run again. */
async function notices(owner: string, { root }: Environment): Promise<string[]> {
  const path = join(layoutOf(root).stage(owner, "recall"), "notice.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const { warnings, skipped } = Notice.parse(JSON.parse(text));
  return [...warnings.map((one) => `  warning: ${one}`), ...skipped.map(({ message }) => `  left out: ${message}`)];
}
