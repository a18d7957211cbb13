// This file finds the files that paths on the command line stand for.
import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isReadable } from "@kolm/corpus";
import { compareCodeUnits, KolmError } from "@kolm/format";
import type { SideFile } from "@kolm/runtime";

/** Files in order, and how many of the folders were left out because nothing reads their kind. */
export type FoundFiles = { readonly files: readonly SideFile[]; readonly skipped: number };

/** Folders are walked without following links, so that none is walked for ever; hidden files in them are left out. KolmError FILE_UNREADABLE. */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const found = new Set<string>();
  let skipped = 0;
  for (const path of paths.map((one) => resolve(one))) {
    const facts = await stat(path).catch((cause: unknown) => {
      throw new KolmError("FILE_UNREADABLE", `${path} cannot be read`, { place: { file: path }, cause });
    });
    if (!facts.isDirectory()) {
      found.add(path);
      continue;
    }
    for await (const file of walk(path)) {
      if (isReadable(file)) found.add(file);
      else skipped++;
    }
  }
  const files = [...found].sort(compareCodeUnits);
  return { files: files.map((source) => ({ source, bytes: () => readFile(source) })), skipped };
}

async function* walk(folder: string): AsyncGenerator<string> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}
