// This file is `kolm run`: an artifact answers one input, or each line of standard input.
import { createInterface } from "node:readline";
import { KolmError } from "@kolm/format";
import type { Answer } from "@kolm/runtime";
import { openFile } from "@kolm/runtime/node";
import { BASE_FLAG, baseOf } from "../base-lookup.ts";
import type { Command } from "../command.ts";
import { readDemands, TRUST_FLAGS } from "../keys/demands.ts";
import { openReceipts, RECEIPT_FLAGS } from "../keys/run-receipts.ts";

export const run: Command = {
  name: "run",
  summary: "Answers an input from a .kolm file, offline.",
  operands: [
    { name: "file", required: true, summary: "a .kolm file" },
    { name: "input", required: false, summary: "the text to answer; without it each line of standard input" },
  ],
  flags: {
    explain: { type: "boolean", summary: "also say by which path, how surely, and with which passages" },
    because: { type: "boolean", summary: "also give the examples nearest to the input in the student's own space" },
    ...BASE_FLAG,
    ...TRUST_FLAGS,
    ...RECEIPT_FLAGS,
    insecure: { type: "boolean", summary: "use a file that does not verify; every answer says so" },
  },
  examples: [
    'kolm run dist/support-bot.kolm "where is my order 10482?"',
    "kolm run dist/support-bot.kolm --explain < messages.txt",
    'kolm run dist/support-bot.kolm "where is my order?" --trust trust.json --receipt answer.receipt.json',
  ],
  run: async ({ operands: [file = "", input], flags }) => {
    const insecure = flags["insecure"] === true;
    const demands = insecure ? undefined : await readDemands(flags);
    const runtime = await openFile(file, {
      insecure,
      base: baseOf(flags["base"]),
      demands,
      trustedKeys: demands?.trustedKeys,
    });
    const format = { explain: flags["explain"] === true || flags["json"] === true, insecure };
    const because = flags["because"] === true ? { because: NEAREST } : {};
    try {
      const receipts = await openReceipts(flags, runtime.verdict?.id);
      for await (const line of input === undefined ? inputLines() : [input]) {
        const answer = await runtime.answer(line, because);
        await receipts?.add(line, answer);
        console.log(render(answer, format));
      }
      await receipts?.write();
      return 0;
    } finally {
      await runtime.close();
    }
  },
};

/** Examples given beside an answer. */
const NEAREST = 3;

async function* inputLines(): AsyncGenerator<string> {
  if (process.stdin.isTTY)
    throw new KolmError("USAGE", "kolm run needs an input", {
      hint: 'kolm run <file> "text", or pipe one input a line.',
    });
  for await (const line of createInterface({ input: process.stdin })) if (line.trim() !== "") yield line;
}

/** The output alone, or the whole answer; an abstention always says why. */
function render(answer: Answer, { explain, insecure }: { explain: boolean; insecure: boolean }): string {
  const { output, abstained, reason, ...rest } = answer;
  const warning = insecure ? { insecure: "this file was not verified" } : {};
  if (explain)
    return JSON.stringify(
      { output, abstained, ...(reason === undefined ? {} : { reason }), ...rest, ...warning },
      null,
      2,
    );
  return JSON.stringify(
    abstained
      ? { abstained, reason, ...examples(answer), ...warning }
      : { ...plain(output), ...passages(answer), ...examples(answer), ...warning },
  );
}

/** Spans as their text, as rows are written. */
function plain(output: Answer["output"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(output ?? {}).map(([field, value]) => {
      if (Array.isArray(value)) return [field, value];
      return [field, typeof value === "object" && value !== null && "text" in value ? value.text : value];
    }),
  );
}

function examples({ because }: Answer): Pick<Answer, "because"> {
  return because === undefined ? {} : { because };
}

function passages({ recall }: Answer): { recall?: readonly string[] } {
  return recall && recall.length > 0 ? { recall: recall.map(({ source }) => source) } : {};
}
