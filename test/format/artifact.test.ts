// This file packs, verifies, opens artifacts as a compile and a run do.
import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assembleArtifact,
  CHUNK_SIZE,
  digestOf,
  fromUtf8,
  KolmError,
  measure,
  memorySource,
  openArtifact,
  packArtifact,
  portableHashing,
  sealArtifact,
  utf8,
  verifyArtifact,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { collect, layer, LAYERS, packSample, seedSigner } from "./sample.ts";
import type { Verdict } from "@kolm/format";

const OTHER_SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const tenant = { kid: "t-1", secret: new Uint8Array(32).fill(11) };
const signer = seedSigner();

async function verdictOn(
  file: Uint8Array,
  options: Partial<Parameters<typeof verifyArtifact>[1]> = {},
): Promise<Verdict> {
  return verifyArtifact(memorySource(file), { crypto: nodeCrypto, ...options });
}

async function codeOf(file: Uint8Array, options: Partial<Parameters<typeof verifyArtifact>[1]> = {}) {
  const verdict = await verdictOn(file, options);
  return verdict.passed ? "passed" : `${verdict.finding.code} ${verdict.finding.subject}`;
}

test("what was packed verifies, covers everything, and names its signer as self-declared", async () => {
  const packed = await packSample();
  const file = await collect(packed.stream());
  assert.equal(file.length, packed.size);
  assert.deepEqual(await verdictOn(file), {
    passed: true,
    id: packed.id,
    signer: { kid: signer.kid, standing: "self-declared" },
    covers: "all",
    referenced: [],
    tenantChain: "absent",
    seals: [],
  });
});

test("packing twice, or with the layers in another order, gives the same bytes", async () => {
  const once = await collect((await packSample()).stream());
  const again = await collect((await packSample({ layers: LAYERS.toReversed() })).stream());
  assert.deepEqual(again, once);
});

test("the whole sample file is pinned by its digest", async () => {
  const file = await collect((await packSample()).stream());
  assert.equal(digestOf(portableHashing, file), "e82936535099209b57cc442717b1764d17a0d328e3d3812fb630cc60fb02e567");
});

test("a trusted signer is called trusted, a stranger is refused when trusted keys are given", async () => {
  const file = await collect((await packSample()).stream());
  const trusted = await verdictOn(file, { trustedKeys: [seedSigner(OTHER_SEED).spki, signer.spki] });
  assert.ok(trusted.passed);
  assert.equal(trusted.signer.standing, "trusted");
  assert.equal(await codeOf(file, { trustedKeys: [seedSigner(OTHER_SEED).spki] }), "E_KEY_UNKNOWN receipt/bundle.json");
  assert.equal(await codeOf(file, { trustedKeys: [] }), "E_KEY_UNKNOWN receipt/bundle.json");
});

test("sealing first and assembling later from the small members gives the very file packing gives", async () => {
  const layers = await Promise.all(
    LAYERS.map(async ({ content, ...facts }) => ({ ...facts, measure: await measure(content.open(), nodeCrypto) })),
  );
  const facts = { name: "triage", version: "1.0.0", kscore: { k: "0.8312" }, gate: { k: "0.70" } };
  const { manifest, receipt, index } = await sealArtifact({ facts, layers, signer, crypto: nodeCrypto });
  const contents = new Map(LAYERS.map(({ path, content }) => [path, content]));
  const assembly = await assembleArtifact({
    sealed: { manifest, receipt, index },
    layers: contents,
    hashing: nodeCrypto,
  });
  assert.deepEqual(await collect(assembly.stream()), await collect((await packSample()).stream()));
});

test("measuring does not depend on how the bytes are cut into pieces", async () => {
  const bytes = new Uint8Array(2 * CHUNK_SIZE + 77).map((_, at) => at % 251);
  const whole = await measure([bytes], nodeCrypto);
  assert.equal(whole.leaves.length, 3 * 32);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
      assert.deepEqual(await measure(pieces, nodeCrypto), whole);
    }),
    { numRuns: 12 },
  );
  assert.deepEqual(await measure([bytes], portableHashing), whole);
});

test("an opened artifact gives its layers, and none that changed since it was sealed", async () => {
  const big = "w".repeat(CHUNK_SIZE + 5);
  const packed = await packSample({ layers: [...LAYERS, layer("docs", "layers/docs/card.md", big)] });
  const file = await collect(packed.stream());
  const artifact = await openArtifact(memorySource(file), { crypto: nodeCrypto });
  assert.equal(artifact.id, packed.id);
  assert.equal(artifact.verdict.covers, "front");
  assert.equal(artifact.receipt.kscore?.["k"], "0.8312");
  assert.equal(fromUtf8(await artifact.layer("layers/docs/card.md")), big);
  assert.deepEqual([artifact.has("layers/docs/card.md"), artifact.has("mimetype")], [true, false]);
  await assert.rejects(artifact.layer("layers/docs/none.md"), { code: "LAYER_MISSING" });
  file[file.lastIndexOf(0x77)] = 0x78;
  await assert.rejects(artifact.layer("layers/docs/card.md"), { code: "E_CHUNK", message: /chunk 1/ });
  file[file.lastIndexOf(0x50)] = 0;
  await assert.rejects(openArtifact(memorySource(file), { crypto: nodeCrypto }), KolmError);
});

test("the tenant chain is proved with its secret, refused with another, unchecked without", async () => {
  const file = await collect((await packSample({ tenant })).stream());
  const standing = async (options: object) => {
    const verdict = await verdictOn(file, options);
    return verdict.passed ? verdict.tenantChain : verdict.finding.code;
  };
  assert.equal(await standing({}), "unchecked");
  assert.equal(await standing({ tenant }), "proved");
  assert.equal(await standing({ tenant: { ...tenant, kid: "t-2" } }), "unchecked");
  assert.equal(await standing({ tenant: { ...tenant, secret: new Uint8Array(32) } }), "E_HEAD");
  await assert.rejects(packSample({ tenant: { kid: "t", secret: new Uint8Array(31) } }), { code: "KEY_TOO_SHORT" });
});

test("seals keep the artifact id, must be about it, and say whether they could be judged", async () => {
  const { id, receipt } = await packSample();
  const other = await packSample({ facts: { name: "other", version: "1.0.0" } });
  const seals = new Map([
    ["seal/time.tsr", utf8("x")],
    ["seal/att-01.json", receipt],
  ]);
  const verdict = await verdictOn(await collect((await packSample({ seals })).stream()));
  assert.ok(verdict.passed);
  assert.equal(verdict.id, id);
  assert.deepEqual(verdict.seals, [
    { path: "seal/att-01.json", standing: "signed" },
    { path: "seal/time.tsr", standing: "unjudged" },
  ]);
  const foreign = await packSample({ seals: new Map([["seal/att-01.json", other.receipt]]) });
  assert.equal(await codeOf(await collect(foreign.stream())), "E_SEAL_SUBJECT seal/att-01.json");
  await assert.rejects(packSample({ seals: new Map([["seal/extra.json", receipt]]) }), { code: "E_SEAL_NAME" });
});

test("recipe layers must be canonical JSON", async () => {
  const packed = await packSample({ layers: [layer("recipes", "layers/recipes/pack.json", "[ ]")] });
  assert.equal(await codeOf(await collect(packed.stream())), "E_JSON layers/recipes/pack.json");
});

test("layers and facts RS-1 does not allow are refused before anything is signed", async () => {
  const one = layer("model", "layers/model/a.bin", "a");
  const layers = (path: string, text = "a") => packSample({ layers: [layer("model", path, text)] });
  await assert.rejects(packSample({ layers: [] }), { code: "E_MANIFEST" });
  await assert.rejects(packSample({ layers: [one, one] }), { code: "E_DUP" });
  await assert.rejects(layers("layers/model/A.bin"), { code: "E_MANIFEST" });
  await assert.rejects(layers("layers/docs/a.bin"), { code: "E_MANIFEST" });
  await assert.rejects(layers("layers/model/empty.bin", ""), { code: "E_MANIFEST" });
  await assert.rejects(packSample({ facts: { name: "Bad Name", version: "1.0.0" } }), { code: "E_MANIFEST" });
  await assert.rejects(packSample({ facts: { name: "a", version: "1.0.0", kscore: { k: "0.5e1" } } }), {
    code: "E_MANIFEST",
  });
});

test("a layer that changes between measuring and writing stops the writing", async () => {
  let opened = 0;
  const content = { size: 5, open: () => [utf8(opened++ === 0 ? "first" : "other")] };
  const facts = { kind: "model", path: "layers/model/a.bin", mediaType: "application/octet-stream" } as const;
  const request = {
    facts: { name: "a", version: "1.0.0" },
    layers: [{ ...facts, content }],
    signer,
    crypto: nodeCrypto,
  };
  const packed = await packArtifact(request);
  await assert.rejects(collect(packed.stream()), { code: "LAYER_CHANGED", message: /layers\/model\/a\.bin/ });
});
