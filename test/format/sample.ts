// This file makes the small artifacts and signers that the format's tests share.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fromHex, kidOf, memoryContent, packArtifact, utf8 } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import type { LayerSource, Packed, PackRequest, Signer } from "@kolm/format";

const SHARED = process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared");
/** Test 1 of RFC 8032 §7.1. */
const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/** The path of public vectors, and a reason to skip when they are not on this machine. */
export function sharedVectors(name: string): { path: string; skip: string | false } {
  const path = join(SHARED, "vectors", name);
  return { path, skip: existsSync(path) ? false : `no ${name} vectors on this machine` };
}

export function bytesOf(hexText: string): Uint8Array {
  const bytes = fromHex(hexText);
  if (bytes === undefined) throw new Error(`not hex: ${hexText}`);
  return bytes;
}

/** A deterministic signer from a 32-byte seed. */
export function seedSigner(seed = SEED): Signer {
  const der = Buffer.concat([bytesOf("302e020100300506032b657004220420"), bytesOf(seed)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
  return { kid: kidOf(nodeCrypto, spki), spki, sign: async (bytes) => new Uint8Array(sign(null, bytes, key)) };
}

export const LAYERS: readonly LayerSource[] = [
  layer("recipes", "layers/recipes/pack.json", "[]"),
  layer("model", "layers/model/student.onnx", "weights"),
  layer("recall", "layers/recall/index.bin", "vectors"),
];

export function layer(kind: LayerSource["kind"], path: string, text: string): LayerSource {
  const mediaType = path.endsWith(".json") ? "application/json" : "application/octet-stream";
  return { kind, path, mediaType, content: memoryContent(utf8(text)) };
}

/** A small artifact; any part of the request can be replaced. */
export function packSample(changes: Partial<PackRequest> = {}): Promise<Packed> {
  const facts = { name: "triage", version: "1.0.0", kscore: { k: "0.8312" }, gate: { k: "0.70" } };
  return packArtifact({ facts, layers: LAYERS, signer: seedSigner(), crypto: nodeCrypto, ...changes });
}

export async function collect(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return new Uint8Array(Buffer.concat(parts));
}
