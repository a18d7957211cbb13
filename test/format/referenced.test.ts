// This file checks layers that an artifact names and does not carry: vector, container, verdict, opening, tampering.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  base64,
  chainMembers,
  digestOf,
  encodeStatement,
  fromUtf8,
  KolmError,
  type LayerKind,
  Manifest,
  measure,
  memoryContent,
  memorySource,
  openArtifact,
  type Packed,
  PAYLOAD_TYPE,
  preAuthEncoding,
  publicChain,
  readContainer,
  sealArtifact,
  tenantChain,
  utf8,
  verifyArtifact,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { bytesOf, collect, layer, packSample, seedSigner } from "./sample.ts";

const BASE = new Uint8Array(2_500_000).fill(7);
const PATH = "layers/model/encoder.onnx";
const base = { ...layer("model", PATH, ""), content: memoryContent(BASE), referenced: true } as const;
const LAYERS = [
  base,
  layer("recipes", "layers/recipes/pack.json", "[]"),
  layer("model", "layers/model/tokenizer.json", "{}"),
];
const VECTORS = join(import.meta.dirname, "../vectors/rs1");

const open = async (file: Uint8Array): ReturnType<typeof openArtifact> =>
  openArtifact(memorySource(file), { crypto: nodeCrypto });
const codeOf = async (file: Uint8Array): Promise<string> => {
  const verdict = await verifyArtifact(memorySource(file), { crypto: nodeCrypto });
  return verdict.passed ? "passed" : `${verdict.finding.code} ${verdict.finding.subject}`;
};

test("the file is small, verifies without the layer, and the verdict names what is not in it", async () => {
  const packed = await packSample({ layers: LAYERS });
  assert.ok(packed.size < 10_000);
  const verdict = await verifyArtifact(memorySource(await collect(packed.stream())), { crypto: nodeCrypto });
  assert.deepEqual(verdict.passed && verdict.referenced, [
    { path: PATH, size: BASE.length, sha256: digestOf(nodeCrypto, BASE) },
  ]);
});

test("the layer is read from elsewhere, proved chunk by chunk", async () => {
  const artifact = await open(await collect((await packSample({ layers: LAYERS })).stream()));
  assert.deepEqual([artifact.has(PATH), artifact.has("layers/model/tokenizer.json")], [false, true]);
  assert.deepEqual(await artifact.layer(PATH, memorySource(BASE)), BASE);
  assert.equal(fromUtf8(await artifact.layer("layers/model/tokenizer.json")), "{}");
  await assert.rejects(
    artifact.layer(PATH),
    (error) =>
      error instanceof KolmError && error.code === "LAYER_REFERENCED" && /SHA-256 [0-9a-f]{64}/.test(error.message),
  );
  const altered = BASE.with(2_000_000, 8);
  await assert.rejects(artifact.layer(PATH, memorySource(altered)), { code: "REFERENCE_WRONG", message: /differ/ });
  const short = memorySource(BASE.subarray(1));
  await assert.rejects(artifact.layer(PATH, short), { code: "REFERENCE_WRONG", message: /2499999 bytes/ });
});

test("only a layer of kind model is referenced", async () => {
  const recipes = { ...layer("recipes", "layers/recipes/pack.json", "[]"), referenced: true } as const;
  await assert.rejects(packSample({ layers: [base, recipes] }), { code: "E_MANIFEST" });
});

/** The file of one seal with the layers of another. */
async function mixed(sealed: Packed, carried: Packed): Promise<Uint8Array> {
  const [front, rest] = [await collect(sealed.stream()), await collect(carried.stream())];
  const layout = await readContainer(memorySource(rest));
  assert.ok(layout.ok);
  const { planContainer, writeContainer } = await import("../../tools/format/src/container/write.ts");
  const inner = await readContainer(memorySource(front));
  assert.ok(inner.ok);
  const pick = (bytes: Uint8Array, member: (typeof layout.value.members)[number]) => ({
    path: member.path,
    crc32: member.crc32,
    ...memoryContent(bytes.slice(member.dataOffset, member.dataOffset + member.size)),
  });
  const members = [
    ...inner.value.members.filter(({ path }) => !path.startsWith("layers/")).map((member) => pick(front, member)),
    ...layout.value.members.filter(({ path }) => path.startsWith("layers/")).map((member) => pick(rest, member)),
  ];
  assert.ok(planContainer(members).size > 0);
  return collect(writeContainer(members, nodeCrypto));
}

test("a referenced layer that is carried all the same, or a carried one that is missing, is refused", async () => {
  const thin = await packSample({ layers: LAYERS });
  const thick = await packSample({ layers: [{ ...base, referenced: undefined }, ...LAYERS.slice(1)] as typeof LAYERS });
  assert.equal(await codeOf(await mixed(thin, thick)), `E_ORDER ${PATH}`);
  assert.match(await codeOf(await mixed(thick, thin)), /^E_ORDER /);
  assert.equal(await codeOf(await mixed(thin, thin)), "passed");
});

test("the leaves of a referenced layer are proved by its root", async () => {
  const file = await collect((await packSample({ layers: LAYERS })).stream());
  const layout = await readContainer(memorySource(file));
  const index = layout.ok ? layout.value.members.find(({ path }) => path === "index/chunks.bin") : undefined;
  assert.equal(index?.size, 32 * (3 + 1 + 1));
  const altered = file.slice();
  altered[index?.dataOffset ?? 0] = (altered[index?.dataOffset ?? 0] ?? 0) ^ 1;
  assert.equal(await codeOf(altered), `E_ROOT ${PATH}`);
});

const vector = JSON.parse(readFileSync(join(VECTORS, "referenced.json"), "utf8")) as Vector; // our own file
type Vector = {
  layers: {
    kind: LayerKind;
    path: string;
    mediaType: string;
    fill?: string;
    size?: number;
    text?: string;
    referenced?: true;
  }[];
  facts: { name: string; version: string };
  manifest: string;
  id: string;
  links: string[];
  tenant: { kid: string; secret: string; head: string };
  signer: { seed: string };
  payload: { size: number; sha256: string };
  signature: string;
};

test("sealing the layers of the published vector gives its manifest, chains and signature", async () => {
  const layers = [];
  for (const { fill, size, text, ...facts } of vector.layers) {
    const bytes = text === undefined ? Buffer.alloc(size ?? 0, fill, "hex") : utf8(text);
    layers.push({ ...facts, measure: await measure([bytes], nodeCrypto) });
  }
  const signer = seedSigner(vector.signer.seed);
  const sealed = await sealArtifact({ facts: vector.facts, layers, signer, crypto: nodeCrypto });
  assert.deepEqual([fromUtf8(sealed.manifest), sealed.id], [vector.manifest, vector.id]);
  const manifest = Manifest.parse(JSON.parse(vector.manifest));
  const members = chainMembers(nodeCrypto, sealed.manifest, manifest);
  const chain = publicChain(nodeCrypto, members);
  const tenant = { kid: vector.tenant.kid, secret: bytesOf(vector.tenant.secret) };
  assert.deepEqual([chain.links, tenantChain(nodeCrypto, members, tenant).head], [vector.links, vector.tenant.head]);
  const payload = encodeStatement({ members, chain });
  assert.deepEqual({ size: payload.length, sha256: digestOf(nodeCrypto, payload) }, vector.payload);
  assert.equal(base64(await signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload))), vector.signature);
});

test("the independent Python script recomputes that vector", { skip: missingPython() }, () => {
  const run = spawnSync("python3", [join(VECTORS, "check.py"), join(VECTORS, "referenced.json")]);
  assert.equal(run.status, 0, run.stderr.toString());
});

function missingPython(): string | false {
  return spawnSync("python3", ["--version"]).status === 0 ? false : "python3 is not installed";
}
