// This file is `kolm diff`: what two artifacts hold differently, and where they answer differently.
import { type BaseSource } from "@kolm/runtime/node";
import { openArtifactFile } from "../../artifact-file.ts";
import { BASE_FLAG, baseOf } from "../../base-lookup.ts";
import type { Command } from "../../command.ts";
import { type Answers, compareAnswers } from "../../diff/answers.ts";
import { diffArtifacts, isSame } from "../../diff/diff.ts";
import { evalsIn, readEvals, union } from "../../diff/evals.ts";
import { describeDiff } from "../../diff/show.ts";

export const diff: Command = {
  name: "diff",
  summary: "Compares two .kolm files: layers, facts, scores, settings, and their answers on the evals of both.",
  operands: [
    { name: "from", required: true, summary: "a .kolm file" },
    { name: "to", required: true, summary: "another one" },
  ],
  flags: {
    evals: {
      type: "string",
      value: "<file.jsonl>",
      summary: "more inputs to compare answers on; needed where the files carry none",
    },
    "no-answers": { type: "boolean", summary: "compare what stands in the files, and run nothing" },
    ...BASE_FLAG,
  },
  examples: ["kolm diff old.kolm dist/support-bot.kolm", "kolm diff old.kolm new.kolm --evals field-cases.jsonl"],
  run: async ({ operands: [from = "", to = ""], flags }) => {
    await using one = await openArtifactFile(from);
    await using other = await openArtifactFile(to);
    const found = await diffArtifacts(one.artifact, other.artifact);
    const given = typeof flags["evals"] === "string" ? await readEvals(flags["evals"]) : undefined;
    const evals = union(await evalsIn(one.artifact), await evalsIn(other.artifact), given);
    const base: BaseSource = baseOf(flags["base"]);
    const answers = flags["no-answers"] === true ? undefined : await compareAnswers([from, to], evals, base);
    const same = isSame(found) && !hasChanged(answers);
    const ids = { from: one.artifact.id, to: other.artifact.id };
    if (flags["json"] === true) console.log(JSON.stringify({ same, ids, ...found, answers }));
    else console.log(same ? `the same artifact, ${ids.from}` : describeDiff(found, answers));
    return same ? 0 : 1;
  },
};

function hasChanged(answers: Answers | undefined): boolean {
  return answers !== undefined && "changed" in answers && answers.changed.length > 0;
}
