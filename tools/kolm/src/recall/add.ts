// This file is `kolm recall add`: the user's own files go into the index beside an artifact.
import { KolmError } from "@kolm/format";
import type { Added } from "@kolm/runtime";
import { openSide } from "@kolm/runtime/node";
import { findFiles } from "./files.ts";
import { type Asked, folderOf, numberOf, sideOptions } from "./key.ts";

type LeftOut = { readonly file: string; readonly code: string; readonly message: string };

/** All files or none; with --keep-going those that can be read. */
export async function addFiles(asked: Asked): Promise<number> {
  const { file, words, flags } = asked;
  if (words.length === 0) {
    throw new KolmError("USAGE", "kolm recall add needs files or folders", {
      hint: "kolm recall add <file.kolm> <paths…>",
    });
  }
  const { files, skipped } = await findFiles(words);
  const options = { ...(await sideOptions(asked)), create: true, keepForeign: flags["anew"] === true };
  const side = await openSide(file, options);
  const leftOut: LeftOut[] = [];
  try {
    const added = await side.add(files, {
      chunkTokens: numberOf(flags, "chunk-tokens", [16, 8192]),
      ...(flags["keep-going"] === true
        ? { unreadable: (source, error) => leftOut.push(leftOutOf(source, error)) }
        : {}),
    });
    const passages = side.list().reduce((sum, one) => sum + one.passages, 0);
    const totals = { folder: folderOf(asked), files: side.list().length, passages };
    if (flags["json"] === true) console.log(JSON.stringify({ ...added, leftOut, skipped, ...totals }));
    else show(added, leftOut, { ...totals, skipped });
    return 0;
  } finally {
    await side.close();
  }
}

function leftOutOf(file: string, error: unknown): LeftOut {
  if (error instanceof KolmError) return { file, code: error.code, message: error.message };
  if (error instanceof Error && "code" in error) return { file, code: String(error.code), message: error.message };
  throw error;
}

type Totals = { readonly folder: string; readonly files: number; readonly passages: number; readonly skipped: number };

function show({ added, replaced, unchanged }: Added, leftOut: readonly LeftOut[], totals: Totals): void {
  for (const source of added) console.log(`new        ${source}`);
  for (const source of replaced) console.log(`changed    ${source}`);
  for (const { file, message } of leftOut) console.log(`left out   ${file}: ${message}`);
  const { folder, files, passages, skipped } = totals;
  const others = skipped === 0 ? "" : `, ${skipped} of kinds that nothing reads`;
  console.log(`${added.length} new, ${replaced.length} changed, ${unchanged.length} unchanged${others}`);
  console.log(`${files} files, ${passages} passages in ${folder}`);
}
