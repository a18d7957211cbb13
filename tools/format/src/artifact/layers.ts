// This file proves the layers' own bytes, chunk by chunk in one pass, then every member's CRC-32. SPEC.md §10, step 8.
import { equalBytes, hex } from "../bytes.ts";
import { parseCanonical } from "../canonical.ts";
import { MAX_JSON_LAYER } from "../container/limits.ts";
import { readPieces } from "../container/source.ts";
import { isJsonLayer } from "../manifest.ts";
import { CHUNK_SIZE, fastLeafDigest, NODE_SIZE } from "../merkle.ts";
import { accept, refuse } from "../verdict.ts";
import type { Member } from "../container/layout.ts";
import type { ByteSource } from "../container/source.ts";
import type { Crypto } from "../digest.ts";
import type { Layer } from "../manifest.ts";
import type { Outcome, Refusal } from "../verdict.ts";
import type { Front, PlacedLayer } from "./front.ts";

/** Reads every layer of the file once and proves chunks, digest, the JSON rule; then the CRC-32 of every member. */
export async function checkLayers(source: ByteSource, front: Front, crypto: Crypto): Promise<Refusal | undefined> {
  const checksums = new Map<string, number>();
  for (const placed of front.layers) {
    if (placed.member === undefined) continue;
    const { dataOffset, size } = placed.member;
    const chunks = readPieces(source, { offset: dataOffset, size, step: CHUNK_SIZE });
    const crc = await checkLayer(chunks, placed, crypto);
    if (!crc.ok) return crc;
    checksums.set(placed.layer.path, crc.value);
    const refusal = isJsonLayer(placed.layer) ? await checkJson(source, placed.layer, placed.member) : undefined;
    if (refusal !== undefined) return refusal;
  }
  for (const member of front.layout.members) {
    const known = checksums.get(member.path);
    const crc = known ?? crypto.crc32(await source.read(member.dataOffset, member.size));
    if (crc !== member.crc32) return checksumRefusal(member.path);
  }
  return undefined;
}

export function checksumRefusal(path: string): Refusal {
  return refuse("E_HEADER", path, `The CRC-32 in the header of ${path} is not that of its bytes.`);
}

/**
 * Proves a layer's bytes given in whole chunks (the last may be short), then their SHA-256; gives their CRC-32.
 * `onChunk` sees each chunk once it is proved.
 */
export async function checkLayer(
  chunks: AsyncIterable<Uint8Array>,
  { layer, leaves }: Pick<PlacedLayer, "layer" | "leaves">,
  crypto: Crypto,
  onChunk?: (chunk: Uint8Array) => void | Promise<void>,
): Promise<Outcome<number>> {
  const whole = crypto.sha256();
  let [crc, index] = [0, 0];
  for await (const chunk of chunks) {
    const leaf = fastLeafDigest(crypto, chunk);
    whole.update(chunk);
    crc = crypto.crc32(chunk, crc);
    if (!equalBytes(await leaf, leafAt(leaves, index))) return chunkRefusal(layer.path, index);
    await onChunk?.(chunk);
    index += 1;
  }
  const sha256 = hex(whole.digest());
  if (sha256 === layer.sha256) return accept(crc);
  return refuse("E_DIGEST", layer.path, `${layer.path} has SHA-256 ${sha256}, manifest.json says ${layer.sha256}.`);
}

/** A stretch of a layer's bytes, from its own first byte. */
export type Range = { readonly offset: number; readonly length: number };

/** Reads part of a layer from where it begins in a source, every chunk it touches proved before a byte is given out. */
export async function readRange(
  { source, offset: start }: { readonly source: ByteSource; readonly offset: number },
  { layer, leaves }: Pick<PlacedLayer, "layer" | "leaves">,
  { range: { offset, length }, crypto }: { readonly range: Range; readonly crypto: Crypto },
): Promise<Outcome<Uint8Array>> {
  const bytes = new Uint8Array(length);
  const first = offset - (offset % CHUNK_SIZE);
  const end = Math.min(layer.size, Math.ceil((offset + length) / CHUNK_SIZE) * CHUNK_SIZE);
  let at = first;
  const pieces = { offset: start + first, size: length === 0 ? 0 : end - first, step: CHUNK_SIZE };
  for await (const chunk of readPieces(source, pieces)) {
    const index = at / CHUNK_SIZE;
    if (!equalBytes(await fastLeafDigest(crypto, chunk), leafAt(leaves, index))) return chunkRefusal(layer.path, index);
    const wanted = chunk.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
    bytes.set(wanted, Math.max(0, at - offset));
    at += chunk.length;
  }
  return accept(bytes);
}

async function checkJson(source: ByteSource, layer: Layer, member: Member): Promise<Refusal | undefined> {
  return checkJsonSize(layer) ?? checkJsonForm(layer, await source.read(member.dataOffset, member.size));
}

/** Refuses a JSON layer that is too large to be parsed. */
export function checkJsonSize(layer: Layer): Refusal | undefined {
  if (layer.size <= MAX_JSON_LAYER) return undefined;
  return refuse("E_LIMIT", layer.path, `${layer.path} has ${layer.size} bytes, a JSON layer may have 64 MiB.`);
}

/** Refuses a JSON layer that is not in the one form. */
export function checkJsonForm(layer: Layer, bytes: Uint8Array): Refusal | undefined {
  const json = parseCanonical(bytes);
  return json.ok ? undefined : refuse("E_JSON", layer.path, `${layer.path} ${json.reason}.`);
}

function chunkRefusal(path: string, index: number): Refusal {
  const from = index * CHUNK_SIZE;
  return refuse(
    "E_CHUNK",
    path,
    `${path} differs from what was sealed in chunk ${index} (from its byte ${from} on).`,
    index,
  );
}

function leafAt(leaves: Uint8Array, index: number): Uint8Array {
  return leaves.subarray(index * NODE_SIZE, (index + 1) * NODE_SIZE);
}
