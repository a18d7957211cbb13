// This file writes a verified artifact as a plain folder: every member as a file of its own, and words about them.
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { KolmError, type Layout, type Manifest, openArtifact, readContainer, verifyArtifact } from "@kolm/format";
import { type FileSource, nodeCrypto, openFileSource, writeFileAtomically } from "@kolm/format/node";
import { FRONT_FILES, layerFile } from "./places.ts";
import { wordsFor } from "./words.ts";

export type Ejected = {
  readonly id: string;
  readonly files: readonly { readonly file: string; readonly size: number }[];
};
const PIECE = 1_048_576;

/** KolmError FOLDER_IN_USE, or the verdict's code when the file does not verify; the folder is there whole or not at all. */
export async function ejectArtifact(file: string, folder: string): Promise<Ejected> {
  const target = resolve(folder);
  await requireEmpty(target);
  await using source = await openFileSource(file);
  const verdict = await verifyArtifact(source, { crypto: nodeCrypto });
  if (!verdict.passed)
    throw new KolmError(verdict.finding.code, verdict.finding.detail, {
      hint: "Only a whole artifact is ejected; get it again from where it came.",
      place: { file },
    });
  const artifact = await openArtifact(source, { crypto: nodeCrypto });
  const layout = await readContainer(source);
  if (!layout.ok || artifact.id !== verdict.id)
    throw new KolmError("FILE_CHANGED", `${file} changed while it was read`, { place: { file } });
  const words = await wordsFor(artifact);
  const draft = join(dirname(target), `.${basename(target)}-${randomBytes(6).toString("hex")}`);
  try {
    const members = await writeMembers(source, draft, { layout: layout.value, manifest: artifact.manifest });
    for (const [name, text] of words) await writeFileAtomically(join(draft, name), [Buffer.from(text)]);
    await rename(draft, target);
    const written = [...words].map(([name, text]) => ({ file: name, size: Buffer.byteLength(text) }));
    return { id: artifact.id, files: [...members, ...written] };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

type Contents = { readonly layout: Layout; readonly manifest: Manifest };

async function writeMembers(
  source: FileSource,
  folder: string,
  { layout, manifest }: Contents,
): Promise<Ejected["files"]> {
  const files = new Map<string, string>(Object.entries(FRONT_FILES));
  for (const layer of manifest.layers) files.set(layer.path, layerFile(layer));
  const written: { file: string; size: number }[] = [];
  for (const { path, dataOffset, size } of layout.members) {
    const file = files.get(path) ?? (path.startsWith("seal/") ? path : undefined);
    if (file === undefined) continue;
    const sha256 = manifest.layers.find((layer) => layer.path === path)?.sha256;
    await writeFileAtomically(join(folder, file), pieces(source, { path, offset: dataOffset, size, sha256 }), { size });
    written.push({ file, size });
  }
  return written;
}

type Range = {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  readonly sha256: string | undefined;
};

/** What was verified before is proved again on the very bytes that are written. */
async function* pieces(source: FileSource, { path, offset, size, sha256 }: Range): AsyncGenerator<Uint8Array> {
  const hasher = nodeCrypto.sha256();
  for (let at = 0; at < size; at += PIECE) {
    const piece = await source.read(offset + at, Math.min(PIECE, size - at));
    hasher.update(piece);
    yield piece;
  }
  const found = Buffer.from(hasher.digest()).toString("hex");
  if (sha256 !== undefined && found !== sha256)
    throw new KolmError("FILE_CHANGED", `${path} changed while it was read`);
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw inUse(folder, "is no folder");
  });
  if (names.length > 0) throw inUse(folder, "is not empty");
  await mkdir(dirname(folder), { recursive: true });
}

function inUse(folder: string, why: string): KolmError {
  return new KolmError("FOLDER_IN_USE", `${folder} ${why}`, { hint: "Name a new folder.", place: { file: folder } });
}
