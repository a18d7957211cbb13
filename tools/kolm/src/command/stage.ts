// This file is `kolm stage`: one stage of one task without Nx, for looking closely.
import { abortOnSignals, openEnvironment, runStep } from "@kolm/nx";
import { findWorkspace, layoutOf } from "@kolm/stage";
import type { Command } from "../command.ts";

export const stage: Command = {
  name: "stage",
  summary: "Runs one stage of one task (or base) without Nx; what it reads must be there.",
  operands: [
    {
      name: "stage",
      required: true,
      summary: "spec, base, teach, baseline, recipes, distill, recall, verify, seal or compile",
    },
    { name: "task", required: true, summary: "the task's name, or the base's for the stage base" },
  ],
  flags: { fresh: { type: "boolean", summary: "run even when nothing changed, and compare" } },
  examples: ["kolm stage distill support-bot", "kolm stage base use-lite"],
  run: async ({ operands: [name = "", owner = ""], flags }) => {
    const root = await findWorkspace(process.cwd());
    const environment = await openEnvironment(root, abortOnSignals());
    try {
      const report = ({ message, done, total }: { message: string; done?: number; total?: number }): void => {
        process.stderr.write(`  ${name}${done === undefined ? "" : ` ${done}/${total ?? "?"}`} ${message}\n`);
      };
      const outcome = await runStep({ owner, stage: name, report, fresh: flags["fresh"] === true }, environment);
      const folder = name === "base" ? layoutOf(root).base(owner) : layoutOf(root).stage(owner, name);
      console.log(
        flags["json"] === true
          ? JSON.stringify({ ...outcome, folder })
          : `${name} ${outcome.status}: ${folder}\nfingerprint ${outcome.fingerprint}`,
      );
      return 0;
    } finally {
      await environment.store.close();
    }
  },
};
