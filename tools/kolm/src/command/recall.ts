// This file is `kolm recall`: search the corpus inside an artifact.
import { KolmError } from "@kolm/format";
import { openFile } from "@kolm/runtime/node";
import { BASE_FLAG, baseOf } from "../base-lookup.ts";
import type { Command } from "../command.ts";

export const recall: Command = {
  name: "recall",
  summary: "Finds the passages of an artifact's corpus nearest to a query.",
  operands: [
    { name: "file", required: true, summary: "a .kolm file" },
    { name: "query", required: true, summary: "what to look for" },
  ],
  flags: {
    top: { type: "string", value: "<k>", summary: "how many passages (default: what the task says)" },
    ...BASE_FLAG,
  },
  examples: ['kolm recall dist/support-bot.kolm "how do I wash a down sleeping bag" --top 5'],
  run: async ({ operands: [file = "", query = ""], flags }) => {
    const runtime = await openFile(file, { base: baseOf(flags["base"]) });
    try {
      const hits = await runtime.recall(query, { k: readTop(flags["top"]) });
      if (flags["json"] === true) console.log(JSON.stringify({ query, hits }));
      else
        for (const { score, source, title, text } of hits)
          console.log(
            `${score.toFixed(3)}  ${source}${title === undefined ? "" : ` · ${title}`}\n       ${shorten(text ?? "")}`,
          );
      return 0;
    } finally {
      await runtime.close();
    }
  },
};

function readTop(top: string | boolean | undefined): number | undefined {
  if (top === undefined) return undefined;
  const count = Number(top);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new KolmError("USAGE", `--top takes a whole number from 1 to 1000, found ${JSON.stringify(top)}`);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`;
}
