// This file tells lies in sound containers: receipts, chains, manifests that do not fit the bytes they stand beside.
import { test } from "node:test";
import assert from "node:assert/strict";
import {
  assembleArtifact,
  canonicalBytes,
  encodeStatement,
  fromUtf8,
  memoryContent,
  memorySource,
  parseBundle,
  parseStatement,
  signBundle,
  utf8,
  verifyArtifact,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { collect, layer, LAYERS, packSample, seedSigner } from "./sample.ts";
import type { Predicate, Sealed } from "@kolm/format";

const signer = seedSigner();

async function codeOf(file: Uint8Array, trustedKeys?: readonly Uint8Array[]): Promise<string> {
  const verdict = await verifyArtifact(memorySource(file), { crypto: nodeCrypto, trustedKeys });
  return verdict.passed ? "passed" : `${verdict.finding.code} ${verdict.finding.subject}`;
}

/** The sample file with other sealed members or layers; the container itself stays canonical. */
async function forged(changes: Partial<Sealed>, contents: Record<string, string> = {}): Promise<Uint8Array> {
  const sealed = { ...(await packSample()), ...changes };
  const layers = new Map(
    LAYERS.map(({ path, content }) => [path, path in contents ? memoryContent(utf8(contents[path] ?? "")) : content]),
  );
  return collect((await assembleArtifact({ sealed, layers, hashing: nodeCrypto })).stream());
}

test("a layer replaced together with manifest and index is named by the chain of the old receipt", async () => {
  for (const path of LAYERS.map((known) => known.path)) {
    const text = path.endsWith(".json") ? "[1]" : "evil";
    const other = await packSample({
      layers: LAYERS.map((known) => (known.path === path ? layer(known.kind, path, text) : known)),
    });
    const { receipt } = await packSample();
    const file = await forged({ manifest: other.manifest, index: other.index, receipt }, { [path]: text });
    assert.equal(await codeOf(file), `E_CHAIN ${path}`);
  }
});

test("a manifest that states other facts than the sealed one is named by the chain", async () => {
  const other = await packSample({ facts: { name: "triage", version: "2.0.0" } });
  assert.equal(await codeOf(await forged({ manifest: other.manifest })), "E_CHAIN manifest.json");
});

type Change = (predicate: Predicate, text: string) => unknown;
const LIES: readonly (readonly [name: string, expected: string, change: Change])[] = [
  [
    "a chain link",
    "E_CHAIN layers/recipes/pack.json",
    (p) => ({ ...p, chain: { ...p.chain, links: p.chain.links.with(2, "0".repeat(64)) } }),
  ],
  [
    "a chain link too few",
    "E_CHAIN receipt/bundle.json",
    (p) => ({ ...p, chain: { ...p.chain, links: p.chain.links.slice(0, -1) } }),
  ],
  ["the head", "E_HEAD receipt/bundle.json", (p) => ({ ...p, chain: { ...p.chain, head: p.chain.links[0] } })],
  ["the K-score", "E_SUBJECT receipt/bundle.json", (p) => ({ ...p, kscore: { k: "0.9999" } })],
  ["the gate", "E_SUBJECT receipt/bundle.json", (p) => ({ ...p, gate: {} })],
  ["the name", "E_SUBJECT receipt/bundle.json", (p) => ({ ...p, artifact: { name: "other", version: "1.0.0" } })],
  ["an unknown claim", "E_DSSE receipt/bundle.json", (p) => ({ ...p, note: "hello" })],
  ["a number that is a fraction", "E_KEY_UNKNOWN receipt/bundle.json", (p) => ({ ...p, kscore: { k: 0.9 } })],
  ["another key", "E_DSSE receipt/bundle.json", (p) => ({ ...p, signer: { alg: "ed25519", spki: "AAAA" } })],
  ["no key", "E_KEY_UNKNOWN receipt/bundle.json", (p) => ({ ...p, signer: undefined })],
];
for (const [name, expected, change] of LIES) {
  test(`a soundly signed receipt that lies about ${name} is refused`, async () => {
    const statement = await sampleStatement();
    const payload = canonicalBytes({ ...statement, predicate: change(statement.predicate, name) });
    assert.equal(await codeOf(await forged({ receipt: await signBundle(payload, signer, nodeCrypto) })), expected);
  });
}

test("a statement that is not canonical JSON is refused even under a trusted key", async () => {
  const { predicate, ...statement } = await sampleStatement();
  const payload = canonicalBytes({ ...statement, predicate: { ...predicate, kscore: { k: 0.9 } } });
  const file = await forged({ receipt: await signBundle(payload, signer, nodeCrypto) });
  assert.equal(await codeOf(file, [signer.spki]), "E_JSON receipt/bundle.json");
});

test("a soundly signed receipt over other subjects is refused", async () => {
  const statement = await sampleStatement();
  const subject = statement.subject.map((one, at) => (at === 1 ? { ...one, digest: { sha256: "0".repeat(64) } } : one));
  const receipt = await signBundle(canonicalBytes({ ...statement, subject }), signer, nodeCrypto);
  assert.equal(await codeOf(await forged({ receipt })), "E_SUBJECT layers/model/student.onnx");
  const fewer = canonicalBytes({ ...statement, subject: statement.subject.slice(1) });
  assert.equal(
    await codeOf(await forged({ receipt: await signBundle(fewer, signer, nodeCrypto) })),
    "E_SUBJECT receipt/bundle.json",
  );
});

async function sampleStatement() {
  const bundle = parseBundle((await packSample()).receipt, "receipt/bundle.json");
  assert.ok(bundle.ok);
  const statement = parseStatement(bundle.value.payload, "receipt/bundle.json");
  assert.ok(statement.ok);
  return statement.value;
}

test("a signer whose signature its own key refuses is refused", async () => {
  const broken = { ...signer, sign: async () => new Uint8Array(64) };
  await assert.rejects(packSample({ signer: broken }), { code: "SIGNER_BROKEN" });
});

test("the statement leaves the clock, the host and the key's private part out", async () => {
  const members = [{ kind: "manifest", path: "manifest.json", size: 1, sha256: "0".repeat(64), root: "0".repeat(64) }];
  const payload = encodeStatement({ members, chain: { links: [], head: "" }, spki: signer.spki });
  const text = fromUtf8(payload) ?? "";
  assert.deepEqual(Object.keys(JSON.parse(text)), ["_type", "predicate", "predicateType", "subject"]);
});
