// This file puts an ejected folder together again: the same bytes, or words about which file was changed.
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  type Assembly,
  assembleArtifact,
  KolmError,
  type LayerContent,
  Manifest,
  measure,
  parseCanonical,
  verifyArtifact,
} from "@kolm/format";
import { fileContent, nodeCrypto, openFileSource, writeFileAtomically } from "@kolm/format/node";
import { fileOf, FRONT_FILES, layerFile } from "./places.ts";

/**
 * Writes the artifact a folder was ejected from; nothing stands at `out` before all of it verifies.
 *
 * @throws KolmError EJECT_INCOMPLETE for a file that is missing, EJECT_CHANGED for one that is not as it was.
 */
export async function repackFolder(
  folder: string,
  out: string,
): Promise<{ readonly id: string; readonly size: number }> {
  const assembly = await assemble(folder);
  const draft = `${out}.unproved-${randomBytes(6).toString("hex")}`;
  try {
    await writeFileAtomically(draft, assembly.stream(), { size: assembly.size });
    const id = await prove(draft, folder);
    await rename(draft, out);
    return { id, size: assembly.size };
  } finally {
    await rm(draft, { force: true });
  }
}

async function assemble(folder: string): Promise<Assembly> {
  const read = (file: string): Promise<Uint8Array> => readPart(folder, file);
  const manifest = await read(FRONT_FILES["manifest.json"]);
  const layers = new Map<string, LayerContent>();
  for (const layer of parse(folder, manifest).layers)
    if (layer.referenced === undefined) layers.set(layer.path, await readLayer(folder, layer));
  const sealed = {
    manifest,
    receipt: await read(FRONT_FILES["receipt/bundle.json"]),
    index: await read(FRONT_FILES["index/chunks.bin"]),
  };
  const seals = new Map<string, Uint8Array>();
  for (const name of await readdir(join(folder, "seal")).catch((): string[] => []))
    seals.set(`seal/${name}`, await read(`seal/${name}`));
  try {
    return await assembleArtifact({ sealed, layers, seals, hashing: nodeCrypto });
  } catch (cause) {
    // A seal with a name that cannot be: the rest was judged above.
    if (cause instanceof KolmError) throw changed(folder, "seal", cause.message);
    throw cause;
  }
}

function parse(folder: string, bytes: Uint8Array): Manifest {
  const json = parseCanonical(bytes);
  if (!json.ok) throw changed(folder, "manifest.json", `it ${json.reason}`);
  const manifest = Manifest.safeParse(json.value);
  if (manifest.success) return manifest.data;
  throw changed(folder, "manifest.json", `it is no manifest: ${manifest.error.issues[0]?.message ?? "unknown"}`);
}

async function readLayer(folder: string, layer: Manifest["layers"][number]): Promise<LayerContent> {
  const file = layerFile(layer);
  const content = await fileContent(join(folder, file)).catch((cause: unknown) => {
    throw incomplete(folder, file, cause);
  });
  const { size, sha256, crc32 } = await measure(content.open(), nodeCrypto);
  if (size !== layer.size) throw changed(folder, file, `it has ${size} bytes, manifest.json says ${layer.size}`);
  if (sha256 === layer.sha256) return { ...content, crc32 };
  throw changed(folder, file, `its SHA-256 is ${sha256}, manifest.json says ${layer.sha256}`);
}

/** The id of a file that verifies whole; a finding is said of the folder's file it came from. */
async function prove(path: string, folder: string): Promise<string> {
  await using source = await openFileSource(path);
  const verdict = await verifyArtifact(source, { crypto: nodeCrypto });
  if (verdict.passed) return verdict.id;
  const { code, subject, detail } = verdict.finding;
  throw changed(folder, fileOf(subject) ?? "manifest.json, receipt.json or chunks.bin", `${code}: ${detail}`);
}

async function readPart(folder: string, file: string): Promise<Uint8Array> {
  return readFile(join(folder, file)).catch((cause: unknown) => {
    throw incomplete(folder, file, cause);
  });
}

function incomplete(folder: string, file: string, cause: unknown): KolmError {
  return new KolmError("EJECT_INCOMPLETE", `${folder} has no readable ${file}`, {
    hint: "Give a folder that `kolm eject` wrote, with every file its README marks.",
    place: { file: join(folder, file) },
    cause,
  });
}

function changed(folder: string, file: string, why: string): KolmError {
  return new KolmError("EJECT_CHANGED", `${file} is not as it was ejected: ${why}`, {
    hint: "A signed artifact cannot be edited: eject it again, or change the task and compile.",
    place: { file: join(folder, file) },
  });
}
