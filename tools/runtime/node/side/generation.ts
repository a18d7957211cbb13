// This file keeps one generation of a side index: passages in lmdb, vectors in a file beside it; records are only ever added.
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { compareCodeUnits, KolmError } from "@kolm/format";
import type { SideRecord } from "@kolm/runtime";
import type { open, RootDatabase } from "lmdb";

/** The module, which is loaded only when a side index is opened. */
type Lmdb = { readonly open: typeof open };

export interface Generation {
  readonly revision: number;
  records(): SideRecord[];
  has(key: string): boolean;
  /** In one transaction, on the disk when it returns. */
  add(records: readonly SideRecord[], revision: number): void;
  close(): Promise<void>;
}

const PASSAGES = "passages.mdb";
const VECTORS = "vectors.bin";
/** Sorts before every key. */
const REVISION = "!revision";
/** A value is the offset and size of the record's vectors, two float64 little-endian, then its passages. */
const PREFIX = 16;

/** Opens the generation in the folder, or makes an empty one. */
export function openGeneration(lmdb: Lmdb, folder: string): Generation {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, VECTORS);
  const entries = lmdb.open<Buffer, string>({
    path: join(folder, PASSAGES),
    noSubdir: true,
    encoding: "binary",
    // A commit that returned is on the disk, and no page holds what the process had in its memory.
    overlappingSync: false,
    noMemInit: false,
  });
  const revision = Number(entries.get(REVISION)?.toString() ?? "0");
  return {
    revision,
    records: () => readRecords(entries, file),
    has: (key) => entries.doesExist(key),
    add: (records, next) => {
      entries.transactionSync(() => {
        const offsets = append(file, endOf(entries), records);
        for (const [at, { key, passages, vectors }] of records.entries())
          entries.putSync(key, Buffer.concat([prefixOf(offsets[at] ?? 0, vectors.length), passages]));
        entries.putSync(REVISION, Buffer.from(String(next)));
      });
    },
    close: () => entries.close(),
  };
}

function readRecords(entries: RootDatabase<Buffer, string>, path: string): SideRecord[] {
  const placed = [...entries.getRange()].filter(({ key }) => key !== REVISION);
  if (placed.length === 0) return [];
  const file = openSync(path, "r");
  try {
    return placed
      .map(({ key, value }) => {
        const { offset, size } = placeOf(value);
        const vectors = new Uint8Array(size);
        for (let done = 0; done < size;) {
          const read = readSync(file, vectors, done, size - done, offset + done);
          if (read === 0) throw cutShort(path);
          done += read;
        }
        return { key, passages: Uint8Array.from(value.subarray(PREFIX)), vectors };
      })
      .sort((a, b) => compareCodeUnits(a.key, b.key));
  } finally {
    closeSync(file);
  }
}

/** Writes after `end`, whatever a killed process left there; the offset of each record's vectors. */
function append(path: string, end: number, records: readonly SideRecord[]): number[] {
  const file = openSync(path, "a+", 0o600);
  try {
    ftruncateSync(file, end);
    let at = end;
    const offsets = records.map(({ vectors }) => {
      const start = at;
      for (let done = 0; done < vectors.length;) done += writeSync(file, vectors, done, vectors.length - done);
      at += vectors.length;
      return start;
    });
    fsyncSync(file);
    return offsets;
  } finally {
    closeSync(file);
  }
}

function endOf(entries: RootDatabase<Buffer, string>): number {
  let end = 0;
  for (const { key, value } of entries.getRange()) {
    if (key === REVISION) continue;
    const { offset, size } = placeOf(value);
    end = Math.max(end, offset + size);
  }
  return end;
}

function prefixOf(offset: number, size: number): Buffer {
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeDoubleLE(offset, 0);
  prefix.writeDoubleLE(size, 8);
  return prefix;
}

const placeOf = (value: Buffer): { offset: number; size: number } => ({
  offset: value.readDoubleLE(0),
  size: value.readDoubleLE(8),
});

function cutShort(file: string): KolmError {
  return new KolmError("SIDE_DAMAGED", `the side index cannot be read: ${file} is cut short`, {
    hint: "Delete its folder and add the files again with `kolm recall add`.",
    place: { file },
  });
}
