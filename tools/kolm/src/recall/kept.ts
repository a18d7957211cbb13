// This file is `kolm recall list` and `kolm recall remove`: which of the user's own files are kept, and letting go of them.
import { resolve, sep } from "node:path";
import { KolmError } from "@kolm/format";
import { openSide } from "@kolm/runtime/node";
import { type Asked, folderOf, sideOptions } from "./key.ts";

export async function listFiles(asked: Asked): Promise<number> {
  // Neither action uses the artifact's encoders.
  const side = await openSide(asked.file, await sideOptions(asked));
  const files = side.list();
  if (asked.flags["json"] === true) console.log(JSON.stringify({ folder: folderOf(asked), files }));
  else {
    for (const { source, passages, size } of files)
      console.log(`${String(passages).padStart(6)} passages  ${String(size).padStart(10)} bytes  ${source}`);
    if (files.length === 0) console.log(`no files of your own in ${folderOf(asked)}`);
  }
  return 0;
}

/** KolmError SIDE_UNKNOWN when a word names no file that is kept; nothing is removed then. */
export async function removeFiles(asked: Asked): Promise<number> {
  const { file, words, flags } = asked;
  if (words.length === 0) {
    throw new KolmError("USAGE", "kolm recall remove needs files", { hint: "kolm recall remove <file.kolm> <source>" });
  }
  const side = await openSide(file, await sideOptions(asked));
  const sources = side.list().map(({ source }) => source);
  const removed = await side.remove(words.flatMap((word) => namedBy(word, sources)));
  if (flags["json"] === true) console.log(JSON.stringify({ folder: folderOf(asked), removed }));
  else for (const source of removed) console.log(`removed  ${source}`);
  return 0;
}

/** The source itself, or all below it where it is a folder. */
function namedBy(word: string, sources: readonly string[]): string[] {
  const path = resolve(word);
  const named = sources.filter((source) => source === word || source === path || source.startsWith(path + sep));
  if (named.length > 0) return named;
  throw new KolmError("SIDE_UNKNOWN", `none of your own files is ${word}`, {
    hint: "`kolm recall list <file.kolm>` shows them.",
    place: { file: word },
  });
}
