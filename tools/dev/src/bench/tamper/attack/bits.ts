// This file flips bits and moves bytes of a whole file, each family in one part of the container.
import { assert, type VerdictCode } from "@kolm/format";
import type { Rng } from "@kolm/stage";
import { type Family, flipped, type Mutant, noise, pick, spliced } from "../family.ts";
import type { Parts } from "../forge.ts";

type Range = readonly [from: number, to: number];

/** One bit within ranges of the file. */
function flipIn(name: string, codes: readonly VerdictCode[], ranges: (parts: Parts) => readonly Range[]): Family {
  return {
    name,
    make: (parts, rng) => {
      const found = ranges(parts).filter(([from, to]) => to > from);
      if (found.length === 0) return undefined;
      const [from, to] = pick(rng, found);
      return { file: flipped(parts.file, from + rng.integer(to - from), rng.integer(8)), codes };
    },
  };
}

/** Where each directory record begins, with its name's length. */
function records({ layout }: Parts): { at: number; name: number }[] {
  let at = layout.directoryOffset;
  return layout.members.map(({ path }) => {
    const record = { at, name: path.length };
    at += 46 + path.length;
    return record;
  });
}

const inRecord = (from: number, to: number) => (parts: Parts) =>
  records(parts).map(({ at }): Range => [at + from, at + to]);

const inEnd = (from: number, to: number) => (parts: Parts) => [
  [parts.file.length - 22 + from, parts.file.length - 22 + to] as const,
];

const content = (path: (name: string) => boolean) => (parts: Parts) =>
  parts.layout.members
    .filter((member) => path(member.path))
    .map(({ dataOffset, size }): Range => [dataOffset, dataOffset + size]);

/** Every code a changed manifest can meet: its form, its schema, its layers' place and size, its links. */
const MANIFEST_CODES = ["E_JSON", "E_MANIFEST", "E_ORDER", "E_SIZE", "E_CHAIN"] as const;

const FLIPS: readonly Family[] = [
  flipIn("bit: local header", ["E_HEADER"], ({ layout }) =>
    layout.members.map(({ offset, path }): Range => [offset, offset + 30 + path.length]),
  ),
  flipIn("bit: alignment field and padding", ["E_HEADER"], ({ layout }) =>
    layout.members.map(({ offset, path, dataOffset }): Range => [offset + 30 + path.length, dataOffset]),
  ),
  flipIn("bit: directory, fixed fields", ["E_DIRECTORY"], (parts) => [
    ...inRecord(0, 16)(parts),
    ...inRecord(20, 24)(parts),
    ...inRecord(28, 42)(parts),
  ]),
  flipIn("bit: directory, CRC-32", ["E_HEADER"], inRecord(16, 20)),
  flipIn("bit: directory, size", ["E_TILE", "E_LIMIT"], inRecord(24, 28)),
  flipIn("bit: directory, offset", ["E_TILE"], inRecord(42, 46)),
  flipIn("bit: directory, name", ["E_NAME", "E_DUP", "E_SEAL_NAME", "E_ORDER", "E_HEADER"], (parts) =>
    records(parts).map(({ at, name }): Range => [at + 46, at + 46 + name]),
  ),
  flipIn("bit: end record, signature and comment", ["E_EOCD"], (parts) => [
    ...inEnd(0, 4)(parts),
    ...inEnd(20, 22)(parts),
  ]),
  flipIn("bit: end record, disks and count on disk", ["E_TAIL"], inEnd(4, 10)),
  flipIn("bit: end record, count", ["E_LIMIT", "E_DIRECTORY"], inEnd(10, 12)),
  flipIn("bit: end record, directory", ["E_TILE", "E_LIMIT"], inEnd(12, 20)),
  flipIn(
    "bit: mimetype",
    ["E_HEADER"],
    content((path) => path === "mimetype"),
  ),
  flipIn(
    "bit: manifest",
    MANIFEST_CODES,
    content((path) => path === "manifest.json"),
  ),
  flipIn(
    "bit: receipt",
    ["E_JSON", "E_DSSE", "E_KEY_UNKNOWN", "E_SIG"],
    content((path) => path.startsWith("receipt/")),
  ),
  flipIn(
    "bit: chunk index",
    ["E_ROOT"],
    content((path) => path.startsWith("index/")),
  ),
  flipIn(
    "bit: layer",
    ["E_CHUNK"],
    content((path) => path.startsWith("layers/")),
  ),
  // CRC-32 of every member is judged before the first seal.
  flipIn(
    "bit: seal",
    ["E_HEADER"],
    content((path) => path.startsWith("seal/")),
  ),
];

/** A change of the file's length or order somewhere in it. */
function moving(
  name: string,
  codes: readonly VerdictCode[],
  change: (file: Uint8Array, rng: Rng) => Uint8Array,
): Family {
  return { name, make: ({ file }, rng): Mutant => ({ file: change(file, rng), codes }) };
}

const MOVES: readonly Family[] = [
  moving("bytes: cut short", ["E_EOCD"], (file, rng) => file.subarray(0, rng.integer(file.length))),
  moving("bytes: beginning cut off", ["E_EOCD", "E_TILE"], (file, rng) =>
    file.subarray(1 + rng.integer(file.length - 1)),
  ),
  moving("bytes: appended", ["E_EOCD"], (file, rng) =>
    spliced(file, file.length, 0, noise(rng, 1 + rng.integer(64)), ZERO),
  ),
  moving("bytes: end records doubled", ["E_TILE"], (file, rng) => {
    const size = 22 + rng.integer(200);
    return spliced(file, file.length, 0, file.subarray(file.length - size));
  }),
  moving("bytes: prepended", ["E_TILE"], (file, rng) => spliced(file, 0, 0, noise(rng, 1 + rng.integer(64)))),
  moving("bytes: inserted", ["E_TILE", "E_EOCD"], (file, rng) =>
    spliced(file, rng.integer(file.length), 0, noise(rng, 1 + rng.integer(32))),
  ),
  moving("bytes: deleted", ["E_TILE", "E_EOCD"], (file, rng) => {
    const size = 1 + rng.integer(32);
    return spliced(file, rng.integer(file.length - size), size);
  }),
  moving("bytes: a stretch doubled", ["E_TILE", "E_EOCD"], (file, rng) => {
    const [at, size] = [rng.integer(file.length - 300), 1 + rng.integer(300)];
    return spliced(file, at, 0, file.subarray(at, at + size));
  }),
  { name: "bytes: two stretches exchanged", make: exchanged },
  { name: "bytes: a stretch overwritten", make: overwritten },
];

/** Not the start of an end record, whatever noise stands before it. */
const ZERO = Uint8Array.of(0);

/** All codes a change of bytes within one member can meet; the container's own where it strays out of it. */
const ANYWHERE: readonly VerdictCode[] = [
  ...([
    "E_EOCD",
    "E_ZIP64",
    "E_LIMIT",
    "E_NAME",
    "E_DUP",
    "E_ORDER",
    "E_TILE",
    "E_HEADER",
    "E_DIRECTORY",
    "E_TAIL",
  ] as const),
  ...MANIFEST_CODES,
  ...(["E_DSSE", "E_KEY_UNKNOWN", "E_SIG", "E_ROOT", "E_CHUNK", "E_SEAL_NAME"] as const),
];

function exchanged({ file }: Parts, rng: Rng): Mutant | undefined {
  const size = 1 + rng.integer(40);
  const first = rng.integer(file.length - 2 * size);
  const second = first + size + rng.integer(file.length - first - 2 * size);
  const [a, b] = [file.slice(first, first + size), file.slice(second, second + size)];
  const changed = spliced(spliced(file, first, size, b), second, size, a);
  assert(changed.length === file.length, "an exchange keeps the length");
  return { file: changed, codes: ANYWHERE };
}

function overwritten({ file }: Parts, rng: Rng): Mutant {
  const size = 1 + rng.integer(24);
  return { file: spliced(file, rng.integer(file.length - size), size, noise(rng, size)), codes: ANYWHERE };
}

export const BIT_FAMILIES: readonly Family[] = [...FLIPS, ...MOVES];
