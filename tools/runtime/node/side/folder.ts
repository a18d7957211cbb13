// This file stores a side index in a folder, such that what is removed from it is gone from its files.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { sideChanged, type SideChange, type SideStorage } from "@kolm/runtime";
import { type Generation, openGeneration } from "./generation.ts";

/**
 * A folder of generations, each append-only: adding commits to the present one; removing or replacing writes what stays into a
 * new one, makes that the present one, and overwrites the old one with zeros before its files are unlinked. A small lmdb file
 * says which generation is the present one, and its write lock keeps processes apart (a killed process gives it back).
 */
export function folderSideStorage(folder: string): SideStorage {
  return {
    load: async () => {
      if (!existsSync(folder)) return { revision: 0, records: [] };
      return inFolder(folder, (open) => {
        const generation = open.present();
        return { revision: generation.revision, records: generation.records() };
      });
    },
    commit: async (change) => {
      const revision = await inFolder(folder, (open) => write(open, change));
      // What the change replaced is wiped under a lock of its own: the switch is on the disk by now.
      await inFolder(folder, () => undefined);
      return revision;
    },
  };
}

type Open = {
  readonly present: () => Generation;
  /** Fills a generation after the present one, which takes its place when the transaction ends. */
  readonly replace: (fill: (next: Generation) => void) => void;
};

/** Runs under the folder's lock; generations left by others, or replaced, are wiped first. KolmError SIDE_STORAGE. */
async function inFolder<T>(folder: string, use: (open: Open) => T): Promise<T> {
  const lmdb = await import("lmdb");
  const opened: Generation[] = [];
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const state = lmdb.open<number, string>({
      path: join(folder, "state.mdb"),
      noSubdir: true,
      encoding: "json",
      overlappingSync: false,
    });
    const open = (number: number): Generation => {
      const generation = openGeneration(lmdb, join(folder, `g${number}`));
      opened.push(generation);
      return generation;
    };
    try {
      return state.transactionSync(() => {
        const number = state.get("generation") ?? 0;
        wipeOthers(folder, number);
        return use({
          present: () => open(number),
          replace: (fill) => {
            fill(open(number + 1));
            state.putSync("generation", number + 1);
          },
        });
      });
    } finally {
      for (const generation of opened) await generation.close();
      await state.close();
    }
  } catch (error) {
    throw explained(error, folder);
  }
}

function write({ present, replace }: Open, { revision, put, remove }: SideChange): number {
  const old = present();
  if (old.revision !== revision) throw sideChanged();
  const gone = new Set([...remove, ...put.map(({ key }) => key)].filter((key) => old.has(key)));
  if (gone.size === 0) {
    old.add(put, revision + 1);
    return revision + 1;
  }
  const kept = old.records().filter(({ key }) => !gone.has(key));
  replace((next) => next.add([...kept, ...put], revision + 1));
  return revision + 1;
}

function wipeOthers(folder: string, present: number): void {
  for (const name of readdirSync(folder)) {
    if (!/^g\d+$/.test(name) || name === `g${present}`) continue;
    const old = join(folder, name);
    for (const file of readdirSync(old)) wipe(join(old, file));
    rmSync(old, { recursive: true, force: true });
  }
}

const ZEROS = new Uint8Array(1 << 20);

/** Zeros over every byte, on the disk; a file system that writes copies may still keep the old blocks for a while. */
function wipe(path: string): void {
  const { size } = statSync(path);
  const file = openSync(path, "r+");
  try {
    for (let at = 0; at < size;) at += writeSync(file, ZEROS, 0, Math.min(ZEROS.length, size - at), at);
    fsyncSync(file);
    ftruncateSync(file, 0);
  } finally {
    closeSync(file);
  }
}

/** KolmError SIDE_STORAGE for what the disk refuses. */
function explained(error: unknown, folder: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof KolmError || !/^E[A-Z]+$/.test(code)) return error;
  return new KolmError("SIDE_STORAGE", `the side index in ${folder} cannot be used: ${code}`, {
    hint: "Check that the disk has room and that you may write there, or choose another place with --folder.",
    place: { file: folder },
    cause: error,
  });
}
