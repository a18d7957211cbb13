// This file holds RS-1 to its published golden vector, by our code, by OpenSSL, by an independent Python script.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";
import {
  base64,
  chainMembers,
  digestOf,
  ed25519Spki,
  encodeStatement,
  fromUtf8,
  hex,
  kidOf,
  Manifest,
  measure,
  PAYLOAD_TYPE,
  portableHashing,
  preAuthEncoding,
  publicChain,
  sealArtifact,
  tenantChain,
  tenantKey,
  utf8,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { bytesOf, seedSigner } from "./sample.ts";
import type { Hashing, LayerKind } from "@kolm/format";

const FOLDER = join(import.meta.dirname, "../vectors/rs1");
const golden = JSON.parse(await readFile(join(FOLDER, "golden.json"), "utf8")) as Golden; // our own file
type Golden = {
  layers: { kind: LayerKind; path: string; mediaType: string; fill?: string; size?: number; text?: string }[];
  facts: { name: string; version: string };
  manifest: string;
  id: string;
  links: string[];
  tenant: { kid: string; secret: string; key: string; head: string };
  signer: { seed: string; public: string; kid: string };
  payload: { size: number; sha256: string };
  signature: string;
};

const signer = seedSigner(golden.signer.seed);
const tenant = { kid: golden.tenant.kid, secret: bytesOf(golden.tenant.secret) };
const manifestBytes = utf8(golden.manifest);
const manifest = Manifest.parse(JSON.parse(golden.manifest));

function goldenMembers(hashing: Hashing) {
  return chainMembers(hashing, manifestBytes, manifest);
}

function goldenPayload(): Uint8Array {
  const members = goldenMembers(nodeCrypto);
  return encodeStatement({ members, chain: publicChain(nodeCrypto, members) });
}

test("sealing the golden layers gives the golden manifest byte for byte", async () => {
  const layers = [];
  for (const { kind, path, mediaType, fill, size, text } of golden.layers) {
    const bytes = text === undefined ? Buffer.alloc(size ?? 0, fill, "hex") : utf8(text);
    layers.push({ kind, path, mediaType, measure: await measure([bytes], nodeCrypto) });
  }
  const sealed = await sealArtifact({
    facts: golden.facts,
    layers: layers.reverse(),
    signer,
    crypto: nodeCrypto,
    tenant,
  });
  assert.equal(fromUtf8(sealed.manifest), golden.manifest);
  assert.equal(sealed.manifest.length, 614);
  assert.equal(sealed.id, golden.id);
  assert.equal(sealed.index.length, 5 * 32);
});

for (const [name, hashing] of [
  ["node:crypto", nodeCrypto],
  ["portable JavaScript", portableHashing],
] as const) {
  test(`links, head, tenant key and tenant head are the golden ones under ${name}`, () => {
    const members = goldenMembers(hashing);
    assert.deepEqual(publicChain(hashing, members), { links: golden.links, head: golden.links.at(-1) });
    assert.equal(hex(tenantKey(hashing, members, tenant)), golden.tenant.key);
    assert.equal(tenantChain(hashing, members, tenant).head, golden.tenant.head);
  });
}

test("the golden statement, its signature and the key id come out byte for byte", async () => {
  const payload = goldenPayload();
  assert.equal(payload.length, golden.payload.size);
  assert.equal(digestOf(nodeCrypto, payload), golden.payload.sha256);
  assert.equal(signer.kid, golden.signer.kid);
  assert.equal(kidOf(portableHashing, ed25519Spki(bytesOf(golden.signer.public))), golden.signer.kid);
  assert.equal(base64(await signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload))), golden.signature);
});

test("OpenSSL accepts the golden signature", { skip: missing("openssl", "version") }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "kolm-golden-"));
  try {
    const [key, message, signature] = ["key.der", "message", "signature"].map((name) => join(folder, name));
    await writeFile(key ?? "", signer.spki);
    await writeFile(message ?? "", preAuthEncoding(PAYLOAD_TYPE, goldenPayload()));
    await writeFile(signature ?? "", Buffer.from(golden.signature, "base64"));
    const options = ["-verify", "-pubin", "-keyform", "DER", "-rawin"];
    const run = spawnSync("openssl", [
      "pkeyutl",
      ...options,
      "-inkey",
      key ?? "",
      "-in",
      message ?? "",
      "-sigfile",
      signature ?? "",
    ]);
    assert.equal(run.status, 0, run.stderr.toString());
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an independent Python script recomputes the whole vector", { skip: missing("python3", "--version") }, () => {
  const run = spawnSync("python3", [join(FOLDER, "check.py"), join(FOLDER, "golden.json")]);
  assert.equal(run.status, 0, run.stderr.toString());
});

function missing(command: string, option: string): string | false {
  return spawnSync(command, [option]).status === 0 ? false : `${command} is not installed`;
}
