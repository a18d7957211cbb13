// This file assembles the .kolm file from sealed members and the layers' bytes, as a stream. SPEC.md §12.
import { KolmError } from "../errors.ts";
import { parseManifest } from "../manifest.ts";
import { planContainer, writeContainer } from "../container/write.ts";
import { memoryContent } from "../container/source.ts";
import { utf8 } from "../bytes.ts";
import type { MemberContent } from "../container/write.ts";
import type { Content } from "../container/source.ts";
import type { Hashing } from "../digest.ts";
import type { Sealed } from "./seal.ts";

/** First bytes of every artifact after the first header. */
export const MIMETYPE: Uint8Array = utf8("application/vnd.kolm.artifact");

/** A layer's bytes; without its CRC-32 they are read twice. */
export type LayerContent = Content & { readonly crc32?: number };

export type Assembly = {
  /** Bytes of the file. */
  readonly size: number;
  /** The file from its first byte to its last; memory does not grow with it. */
  stream(): AsyncGenerator<Uint8Array>;
};

export type AssemblyRequest = {
  readonly sealed: Omit<Sealed, "id">;
  /** By path, those the manifest names and does not only reference. */
  readonly layers: ReadonlyMap<string, LayerContent>;
  /** Members of the seal zone by path, if any. */
  readonly seals?: ReadonlyMap<string, Uint8Array>;
  readonly hashing: Hashing;
};

/**
 * Lays out the file; nothing is written before its stream is read.
 *
 * @throws KolmError LAYER_MISSING or LAYER_CHANGED when the contents are not those that were sealed.
 */
export async function assembleArtifact({ sealed, layers, seals, hashing }: AssemblyRequest): Promise<Assembly> {
  const manifest = parseManifest(sealed.manifest);
  if (!manifest.ok) throw new KolmError(manifest.finding.code, manifest.finding.detail);
  const inMemory = (path: string, bytes: Uint8Array): MemberContent => ({
    path,
    crc32: hashing.crc32(bytes),
    ...memoryContent(bytes),
  });
  const contents = [
    inMemory("mimetype", MIMETYPE),
    inMemory("manifest.json", sealed.manifest),
    inMemory("receipt/bundle.json", sealed.receipt),
    inMemory("index/chunks.bin", sealed.index),
  ];
  for (const { path, size, referenced } of manifest.value.layers)
    if (referenced === undefined) contents.push(await layerMember(path, size, { layers, hashing }));
  for (const path of [...(seals?.keys() ?? [])].sort())
    contents.push(inMemory(path, seals?.get(path) ?? new Uint8Array()));
  return { size: planContainer(contents).size, stream: () => writeContainer(contents, hashing) };
}

async function layerMember(
  path: string,
  size: number,
  { layers, hashing }: Pick<AssemblyRequest, "layers" | "hashing">,
): Promise<MemberContent> {
  const content = layers.get(path);
  if (content === undefined) throw new KolmError("LAYER_MISSING", `the bytes of ${path} were not supplied`);
  if (content.size !== size) {
    throw new KolmError("LAYER_CHANGED", `${path} has ${content.size} bytes, it was sealed with ${size}`, {
      hint: "The file changed after sealing; compile again.",
    });
  }
  let crc32 = content.crc32;
  if (crc32 === undefined) {
    crc32 = 0;
    for await (const piece of content.open()) crc32 = hashing.crc32(piece, crc32);
  }
  return { path, size, crc32, open: () => content.open() };
}
