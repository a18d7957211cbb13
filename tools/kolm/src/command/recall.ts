// This file is `kolm recall`: search an artifact's corpus and the user's own files beside it, and say which files those are.
import { KolmError } from "@kolm/format";
import { BASE_FLAG } from "../base-lookup.ts";
import type { Command } from "../command.ts";
import { addFiles } from "../recall/add.ts";
import { listFiles, removeFiles } from "../recall/kept.ts";
import { KEY_FLAGS } from "../recall/key.ts";
import { query } from "../recall/query.ts";

const ACTIONS = {
  add: addFiles,
  list: listFiles,
  remove: removeFiles,
  query,
} as const;

export const recall: Command = {
  name: "recall",
  summary: "Finds what fits a query best in an artifact's corpus and in your own files, which never leave this device.",
  operands: [
    { name: "action", required: true, summary: "query (may be left out), add, list or remove" },
    { name: "file", required: true, summary: "a .kolm file" },
    {
      name: "words",
      required: false,
      many: true,
      summary: "query: what to look for; add: files and folders; remove: files or folders as list shows them",
    },
  ],
  flags: {
    top: { type: "string", value: "<k>", summary: "query: how many hits (default: what the task says)" },
    folder: {
      type: "string",
      value: "<path>",
      summary: "where your own files' index is (default: <file.kolm>.recall)",
    },
    ...KEY_FLAGS,
    "chunk-tokens": { type: "string", value: "<n>", summary: "add: longest passage, in tokens (default: 96)" },
    anew: { type: "boolean", summary: "add: embed again what an artifact with another encoder embedded" },
    "keep-going": { type: "boolean", summary: "add: leave out files that cannot be read, and say which" },
    ...BASE_FLAG,
  },
  examples: [
    'kolm recall dist/support-bot.kolm "how do I wash a down sleeping bag" --top 5',
    "kolm recall add dist/support-bot.kolm ~/notes letter.pdf --encrypt",
    "kolm recall remove dist/support-bot.kolm ~/notes/2019.md",
  ],
  run: async ({ operands: [first = "", ...rest], flags }) => {
    const isAction = Object.hasOwn(ACTIONS, first);
    const action = isAction ? ACTIONS[first as keyof typeof ACTIONS] : query; // hasOwn says that it is one
    const [file, ...words] = isAction ? rest : [first, ...rest];
    if (file !== undefined) return action({ file, words, flags });
    throw new KolmError("USAGE", `kolm recall ${first} needs a .kolm file`, { hint: 'See "kolm recall --help".' });
  },
};
