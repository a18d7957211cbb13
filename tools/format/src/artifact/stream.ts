// This file verifies an artifact that arrives front to back, each chunk the moment it is there, in flat memory. SPEC.md §10.2.
import { concatBytes } from "../bytes.ts";
import { nextMember, type Arrival } from "../container/arrival.ts";
import { type Arriving, Feed } from "../container/feed.ts";
import { FRONT } from "../container/names.ts";
import { isJsonLayer } from "../manifest.ts";
import { CHUNK_SIZE } from "../merkle.ts";
import { accept, refuse } from "../verdict.ts";
import { checkMimetype, openManifest, proveReceipt, readIndex, referencedOf } from "./front.ts";
import { checkJsonForm, checkJsonSize, checkLayer, checksumRefusal } from "./layers.ts";
import { checkSeal } from "./seals.ts";
import type { Member } from "../container/layout.ts";
import type { Outcome, Refusal, SealStanding, Verdict } from "../verdict.ts";
import type { Front, Opening, PlacedLayer, VerifyOptions } from "./front.ts";

export type StreamOptions = VerifyOptions & {
  /** Sees every chunk of every layer in the file once it is proved, before the next is read. */
  readonly onChunk?: (path: string, chunk: Uint8Array) => void | Promise<void>;
};

/**
 * Verifies a pipe or a download without going back in it. What passes is what verifyArtifact passes; of several faults
 * the first in the file is named, which may be another than verifyArtifact names.
 */
export async function verifyStream(arriving: Arriving, options: StreamOptions): Promise<Verdict> {
  const feed = new Feed(arriving);
  const reading: Reading = { feed, members: [], options, seals: [], next: 0 };
  try {
    const refusal = await readAll(reading);
    const { opening, receipt } = reading;
    if (refusal !== undefined) return { passed: false, id: opening?.id, finding: refusal.finding };
    if (opening === undefined || receipt === undefined) throw new Error("the front is read before a file can pass");
    const { signer, tenantChain } = receipt;
    const referenced = referencedOf({ layers: reading.layers ?? [] });
    return { passed: true, id: opening.id, signer, covers: "all", tenantChain, seals: reading.seals, referenced };
  } finally {
    await feed.close();
  }
}

/** What is known so far; every part of the front stands before the first layer. */
type Reading = Arrival & {
  readonly options: StreamOptions;
  readonly seals: SealStanding[];
  opening?: Opening;
  receipt?: Pick<Front, "receipt" | "signer" | "tenantChain">;
  layers?: readonly PlacedLayer[];
  /** The layer of the manifest that must come next. */
  next: number;
};

async function readAll(reading: Reading): Promise<Refusal | undefined> {
  for (;;) {
    const member = await nextMember(reading);
    if (!member.ok) return member;
    if (member.value === undefined) return layersMissing(reading);
    const crc = await readContent(reading, member.value);
    if (!crc.ok) return crc;
    if (crc.value !== member.value.crc32) return checksumRefusal(member.value.path);
  }
}

/** Proves the content of a member and gives its CRC-32. */
async function readContent(reading: Reading, member: Member): Promise<Outcome<number>> {
  if (member.path.startsWith("layers/")) return readLayer(reading, member);
  const bytes = await reading.feed.take(member.size);
  if (bytes.length < member.size) return ended(member.path);
  const refusal = await readSmall(reading, member.path, bytes);
  return refusal ?? accept(reading.options.crypto.crc32(bytes));
}

async function readSmall(reading: Reading, path: string, bytes: Uint8Array): Promise<Refusal | undefined> {
  const { options, opening } = reading;
  if (path === FRONT[0]) return checkMimetype(bytes);
  if (path === FRONT[1]) {
    const opened = openManifest(bytes, options.crypto);
    if (opened.ok) reading.opening = opened.value;
    return opened.ok ? undefined : opened;
  }
  if (opening === undefined) throw new Error("the manifest stands before what it describes");
  if (path === FRONT[2]) {
    const receipt = await proveReceipt(bytes, opening, options);
    if (receipt.ok) reading.receipt = receipt.value;
    return receipt.ok ? undefined : receipt;
  }
  if (path === FRONT[3]) {
    const listed = opening.manifest.layers.map((layer) => ({ layer, member: undefined }));
    const layers = readIndex(bytes, listed, options.crypto);
    if (layers.ok) reading.layers = layers.value;
    return layers.ok ? undefined : layers;
  }
  const seal = await checkSeal({ path, bytes }, opening.id, options.crypto);
  if (seal.ok) reading.seals.push(seal.value);
  return seal.ok ? undefined : seal;
}

async function readLayer(reading: Reading, { path, size }: Member): Promise<Outcome<number>> {
  const { options, feed } = reading;
  const placed = expectedLayer(reading);
  if (placed?.layer.path !== path)
    return refuse("E_ORDER", path, `manifest.json names another layer than ${path} there.`);
  const { layer } = placed;
  if (layer.size !== size)
    return refuse("E_SIZE", path, `${path} has ${size} bytes, manifest.json says ${layer.size}.`);
  const isJson = isJsonLayer(layer);
  const large = isJson ? checkJsonSize(layer) : undefined;
  if (large !== undefined) return large;
  const kept: Uint8Array[] = [];
  const crc = await checkLayer(chunksOf(feed, size), placed, options.crypto, async (chunk) => {
    if (isJson) kept.push(chunk);
    await options.onChunk?.(path, chunk);
  });
  if (feed.ended) return ended(path);
  if (!crc.ok) return crc;
  return (isJson ? checkJsonForm(layer, concatBytes(...kept)) : undefined) ?? crc;
}

/** The next layer of the manifest whose bytes are in the file. */
function expectedLayer(reading: Reading): PlacedLayer | undefined {
  const layers = reading.layers ?? [];
  while (layers[reading.next]?.layer.referenced) reading.next += 1;
  const placed = layers[reading.next];
  reading.next += 1;
  return placed;
}

function layersMissing(reading: Reading): Refusal | undefined {
  const front = FRONT[reading.members.length];
  if (front !== undefined) return refuse("E_ORDER", "nothing", `The file ends where ${front} must stand.`);
  const missing = expectedLayer(reading);
  if (missing === undefined) return undefined;
  const { path } = missing.layer;
  return refuse("E_ORDER", path, `manifest.json names ${path}, which is not in the file.`);
}

async function* chunksOf(feed: Feed, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += CHUNK_SIZE) yield await feed.take(Math.min(CHUNK_SIZE, size - at));
}

function ended(path: string): Refusal {
  return refuse("E_EOCD", "file", `The stream ended within ${path}.`);
}
