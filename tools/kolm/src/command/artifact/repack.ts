// This file is `kolm repack`: an ejected folder becomes the very file it came from.
import type { Command } from "../../command.ts";
import { repackFolder } from "../../eject/repack.ts";

export const repack: Command = {
  name: "repack",
  summary: "Puts an ejected folder together again, byte for byte; says which file was changed if one was.",
  operands: [
    { name: "folder", required: true, summary: "a folder that kolm eject wrote" },
    { name: "file", required: true, summary: "the .kolm file to write" },
  ],
  flags: {},
  examples: ["kolm repack support-bot support-bot.kolm"],
  run: async ({ operands: [folder = "", file = ""], flags }) => {
    const { id, size } = await repackFolder(folder, file);
    console.log(flags["json"] === true ? JSON.stringify({ file, id, size }) : `${file}: ${size} bytes, artifact ${id}`);
    return 0;
  },
};
