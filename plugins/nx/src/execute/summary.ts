// This file says in a line or two what a stage did, for Nx's terminal output.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
  if (stage !== "compile") return line;
  const folder = layoutOf(environment.root).stage(owner, "verify");
  const score = Score.parse(JSON.parse(await readFile(join(folder, "score.json"), "utf8")));
  return `${line}\n\n${renderCover(`dist/${owner}.kolm`, score)}`;
}
