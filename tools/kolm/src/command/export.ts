// This file is `kolm export`: what is in an artifact, in the form other tools read.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { writeFileAtomically } from "@kolm/format/node";
import { openArtifactFile } from "../artifact-file.ts";
import type { Command } from "../command.ts";
import { peftFolder } from "../export/peft-folder.ts";

export const exportCommand: Command = {
  name: "export",
  summary: "Writes an artifact's adapter and heads as a PEFT folder.",
  operands: [{ name: "file", required: true, summary: "a .kolm file" }],
  flags: { peft: { type: "string", value: "<folder>", summary: "where to write the PEFT folder" } },
  examples: ["kolm export dist/support-bot.kolm --peft support-bot-lora"],
  run: async ({ operands: [file = ""], flags }) => {
    const folder = flags["peft"];
    if (typeof folder !== "string")
      throw new KolmError("USAGE", "kolm export needs --peft <folder>", { hint: 'See "kolm export --help".' });
    await using opened = await openArtifactFile(file);
    const files = await peftFolder(opened.artifact);
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of files) await writeFileAtomically(join(folder, name), [bytes], { size: bytes.length });
    if (flags["json"] === true) console.log(JSON.stringify({ folder, files: [...files.keys()] }));
    else for (const [name, bytes] of files) console.log(`${String(bytes.length).padStart(10)}  ${join(folder, name)}`);
    return 0;
  },
};
