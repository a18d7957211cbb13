// This file proves the layers' own bytes, chunk by chunk in one pass, then every member's CRC-32. SPEC.md §10, step 8.
import { equalBytes } from "../bytes.ts";
import { parseCanonical } from "../canonical.ts";
import { MAX_JSON_LAYER } from "../container/limits.ts";
import { readPieces } from "../container/source.ts";
import { isJsonLayer } from "../manifest.ts";
import { CHUNK_SIZE, leafDigest, NODE_SIZE } from "../merkle.ts";
import { accept, refuse } from "../verdict.ts";
import { Meter } from "./measure.ts";
import type { Member } from "../container/layout.ts";
import type { ByteSource } from "../container/source.ts";
import type { Hashing } from "../digest.ts";
import type { Layer } from "../manifest.ts";
import type { Outcome, Refusal } from "../verdict.ts";
import type { Front, PlacedLayer } from "./front.ts";

/** Reads every layer of the file once and proves chunks, digest, root, the JSON rule; then the CRC-32 of every member. */
export async function checkLayers(source: ByteSource, front: Front, hashing: Hashing): Promise<Refusal | undefined> {
  const checksums = new Map<string, number>();
  for (const placed of front.layers) {
    const refusal = await checkLayer(source, placed, { hashing, checksums });
    if (refusal !== undefined) return refusal;
  }
  for (const member of front.layout.members) {
    const known = checksums.get(member.path);
    const crc = known ?? hashing.crc32(await source.read(member.dataOffset, member.size));
    if (crc === member.crc32) continue;
    return refuse("E_HEADER", member.path, `The CRC-32 in the header of ${member.path} is not that of its bytes.`);
  }
  return undefined;
}

/** Reads one layer into memory from where it begins in a source, every chunk proved before it is given out. */
export async function readLayer(
  { source, offset }: { readonly source: ByteSource; readonly offset: number },
  { layer, leaves }: Pick<PlacedLayer, "layer" | "leaves">,
  hashing: Hashing,
): Promise<Outcome<Uint8Array>> {
  const bytes = new Uint8Array(layer.size);
  let at = 0;
  for await (const chunk of readPieces(source, { offset, size: layer.size, step: CHUNK_SIZE })) {
    const index = at / CHUNK_SIZE;
    if (!equalBytes(leafDigest(hashing, chunk), leafAt(leaves, index))) return chunkRefusal(layer.path, index);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return accept(bytes);
}

type LayerCheck = { readonly hashing: Hashing; readonly checksums: Map<string, number> };

async function checkLayer(source: ByteSource, placed: PlacedLayer, check: LayerCheck): Promise<Refusal | undefined> {
  const { layer, member, leaves } = placed;
  if (member === undefined) return undefined;
  const meter = new Meter(check.hashing);
  for await (const chunk of readPieces(source, { offset: member.dataOffset, size: layer.size, step: CHUNK_SIZE })) {
    meter.update(chunk);
    // The last chunk may be short: its leaf is closed, and compared, by finish.
    const index = meter.leaves.length - 1;
    const leaf = chunk.length === CHUNK_SIZE ? meter.leaves[index] : undefined;
    if (leaf !== undefined && !equalBytes(leaf, leafAt(leaves, index))) return chunkRefusal(layer.path, index);
  }
  const found = meter.finish();
  const last = meter.leaves.length - 1;
  if (!equalBytes(leafAt(found.leaves, last), leafAt(leaves, last))) return chunkRefusal(layer.path, last);
  if (found.sha256 !== layer.sha256) {
    return refuse(
      "E_DIGEST",
      layer.path,
      `${layer.path} has SHA-256 ${found.sha256}, manifest.json says ${layer.sha256}.`,
    );
  }
  check.checksums.set(layer.path, found.crc32);
  return isJsonLayer(layer) ? checkJson(source, layer, member) : undefined;
}

async function checkJson(source: ByteSource, layer: Layer, member: Member): Promise<Refusal | undefined> {
  if (layer.size > MAX_JSON_LAYER) {
    return refuse("E_LIMIT", layer.path, `${layer.path} has ${layer.size} bytes, a JSON layer may have 64 MiB.`);
  }
  const json = parseCanonical(await source.read(member.dataOffset, member.size));
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
