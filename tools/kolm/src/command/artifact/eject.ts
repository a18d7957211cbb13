// This file is `kolm eject`: an artifact as a plain folder that needs no kolm to be read.
import type { Command } from "../../command.ts";
import { ejectArtifact } from "../../eject/eject.ts";

export const eject: Command = {
  name: "eject",
  summary: "Writes everything in a .kolm file as a plain folder: ONNX, PEFT adapter, recipes, index, evals, receipt.",
  operands: [
    { name: "file", required: true, summary: "a .kolm file" },
    { name: "folder", required: true, summary: "a folder that is not there yet, or empty" },
  ],
  flags: {},
  examples: ["kolm eject dist/support-bot.kolm support-bot", "kolm repack support-bot support-bot.kolm"],
  run: async ({ operands: [file = "", folder = ""], flags }) => {
    const { id, files } = await ejectArtifact(file, folder);
    if (flags["json"] === true) console.log(JSON.stringify({ folder, id, files }));
    else for (const { file: name, size } of files) console.log(`${String(size).padStart(10)}  ${folder}/${name}`);
    return 0;
  },
};
