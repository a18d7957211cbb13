// This file checks whose artifacts are accepted under a trust file and a policy, and in which order refusals come.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  base64,
  judge,
  judgeSigner,
  type Judged,
  Manifest,
  memorySource,
  openArtifact,
  Policy,
  type Signer,
  type Trust,
  type TrustFacts,
  verifyDemands,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import fc from "fast-check";
import { collect, LAYERS, packSample } from "./sample.ts";
import {
  FACTS,
  NOW,
  OTHER,
  RELEASE,
  releaseKey,
  ROOT_1,
  ROOT_2,
  ROOT_3,
  rootKey,
  withVersion,
} from "./trust-sample.ts";

const crypto = nodeCrypto;
const roots = [ROOT_1, ROOT_2, ROOT_3].map(rootKey);

async function trustOf(changes: Partial<TrustFacts> = {}): Promise<Trust> {
  const [version] = await withVersion([], changes);
  assert.ok(version !== undefined);
  return version.trust;
}

async function artifact(signer: Signer, changes: Parameters<typeof packSample>[0] = {}): Promise<Uint8Array> {
  return collect((await packSample({ signer, ...changes })).stream());
}

async function codeOf(bytes: Uint8Array, demands: { trust?: Trust; policy?: unknown; at?: string }): Promise<string> {
  const policy =
    demands.policy === undefined ? undefined : Policy.parse({ format: "kolm/policy-1", ...demands.policy });
  const verdict = await verifyDemands(memorySource(bytes), {
    crypto,
    at: demands.at ?? NOW,
    trust: demands.trust,
    policy,
  });
  return verdict.passed ? verdict.signer.standing : verdict.finding.code;
}

describe("an artifact under a trust file", () => {
  it("passes when a release key in force signed a name it may", async () => {
    assert.equal(await codeOf(await artifact(RELEASE), { trust: await trustOf() }), "trusted");
  });

  it("is E_KEY_UNKNOWN from a key that is not in the file", async () => {
    assert.equal(await codeOf(await artifact(OTHER), { trust: await trustOf() }), "E_KEY_UNKNOWN");
  });

  it("is E_KEY_ROLE from a key with any other role, or for a name that is not the key's", async () => {
    assert.equal(await codeOf(await artifact(ROOT_1), { trust: await trustOf() }), "E_KEY_ROLE");
    for (const role of ["log", "witness", "cache-writer"] as const) {
      const { kid, spki } = OTHER;
      const other = { role, alg: "ed25519", kid, spki: base64(spki), from: "2026-01-01T00:00:00Z" } as const;
      const trust = await trustOf({ keys: [...roots, other] });
      assert.equal(await codeOf(await artifact(OTHER), { trust }), "E_KEY_ROLE", role);
    }
    const cases = { "triage-*": "E_KEY_ROLE", "tri*": "trusted", "*": "trusted", tri: "E_KEY_ROLE" };
    for (const [name, expected] of Object.entries(cases)) {
      const trust = await trustOf({ keys: [...roots, releaseKey(RELEASE, { names: [name] })] });
      assert.equal(await codeOf(await artifact(RELEASE), { trust }), expected, name);
    }
  });

  it("is E_KEY_REVOKED from a revoked key, whenever that was, as long as no anchor proves it earlier", async () => {
    const since = "2026-05-01T00:00:00Z";
    const trust = await trustOf({ revoked: [{ kid: RELEASE.kid, since }] });
    const bytes = await artifact(RELEASE);
    assert.equal(await codeOf(bytes, { trust }), "E_KEY_REVOKED");
    assert.equal(await codeOf(bytes, { trust, at: "2026-02-01T00:00:00Z" }), "E_KEY_REVOKED");
    const { manifest } = await openArtifact(memorySource(bytes), { crypto });
    const judged: Judged = { manifest, signer: { kid: RELEASE.kid, standing: "trusted" } };
    const at = (anchoredAt: string) => judgeSigner({ ...judged, anchoredAt }, trust, NOW)?.finding.code;
    assert.equal(at("2026-04-30T23:59:59Z"), undefined);
    assert.equal(at(since), "E_KEY_REVOKED");
  });

  it("is E_KEY_REVOKED outside the window of its key, whose end is exclusive", async () => {
    const trust = await trustOf({ keys: [...roots, releaseKey(RELEASE, { until: "2026-07-01T00:00:00Z" })] });
    const bytes = await artifact(RELEASE);
    assert.equal(await codeOf(bytes, { trust, at: "2026-01-01T00:00:00Z" }), "trusted");
    assert.equal(await codeOf(bytes, { trust, at: "2025-12-31T23:59:59Z" }), "E_KEY_REVOKED");
    assert.equal(await codeOf(bytes, { trust, at: "2026-06-30T23:59:59Z" }), "trusted");
    assert.equal(await codeOf(bytes, { trust, at: "2026-07-01T00:00:00Z" }), "E_KEY_REVOKED");
  });

  it("passes from an old and a new key while their windows overlap", async () => {
    const old = releaseKey(RELEASE, { until: "2026-07-01T00:00:00Z" });
    const fresh = releaseKey(OTHER, { from: "2026-05-01T00:00:00Z" });
    const trust = await trustOf({ keys: [...roots, old, fresh] });
    for (const signer of [RELEASE, OTHER]) assert.equal(await codeOf(await artifact(signer), { trust }), "trusted");
  });

  it("is E_POLICY below the least version, ordered as Semantic Versioning says", async () => {
    const order = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
      "1.2.0",
      "1.10.0",
      "2.0.0",
    ];
    const judged = (version: string): Judged => ({
      manifest: Manifest.parse({ format: "kolm/rs-1", name: "triage", version, layers: LAYER_FACTS }),
      signer: { kid: RELEASE.kid, standing: "trusted" },
    });
    for (const [at, version] of order.entries())
      for (const [least, minimum] of order.entries()) {
        const code = judge(judged(version), { at: NOW, trust: await trustOf({ minimum: { triage: minimum } }) })
          ?.finding.code;
        assert.equal(code, at < least ? "E_POLICY" : undefined, `${version} under ${minimum}`);
      }
  });

  it("is refused when it changes while it is read", async () => {
    const [bytes, other] = await Promise.all(
      ["1.0.0", "1.0.1"].map((version) => artifact(RELEASE, { facts: { name: "triage", version } })),
    );
    assert.ok(bytes !== undefined && other?.length === bytes.length);
    let ends = 0;
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      // A pass reads the end record first, and once more when it compares it: the third time is the second pass.
      if (offset + length === bytes.length && length === 22) ends += 1;
      return (ends > 2 ? other : bytes).subarray(offset, offset + length);
    };
    const verdict = await verifyDemands({ size: bytes.length, read }, { crypto, at: NOW, trust: await trustOf() });
    assert.ok(!verdict.passed);
    assert.deepEqual([verdict.finding.code, verdict.finding.subject], ["E_MANIFEST", "manifest.json"]);
    assert.match(verdict.finding.detail, /changed while it was read/);
    assert.equal(verdict.id, (await openArtifact(memorySource(other), { crypto })).id);
  });

  it("names what is wrong with its bytes before whose key it was", async () => {
    const bytes = await artifact(ROOT_1);
    const at = Buffer.from(bytes).indexOf("weights");
    bytes[at] = 0;
    assert.equal(await codeOf(bytes, { trust: await trustOf() }), "E_CHUNK");
  });
});

const LAYER_FACTS = [
  {
    kind: "docs",
    path: "layers/docs/card.md",
    mediaType: "text/markdown",
    size: 1,
    sha256: "0".repeat(64),
    root: "0".repeat(64),
    chunk: 1_048_576,
  },
];

describe("an artifact under a policy", () => {
  it("needs a trusted signer unless the policy says otherwise", async () => {
    const bytes = await artifact(RELEASE);
    assert.equal(await codeOf(bytes, { policy: {} }), "E_POLICY");
    assert.equal(await codeOf(bytes, { policy: {}, trust: await trustOf() }), "trusted");
    assert.equal(await codeOf(bytes, { policy: { trustedSigner: false } }), "self-declared");
  });

  it("needs the anchor, the K-score and the plainness that the policy demands", async () => {
    const bytes = await artifact(RELEASE);
    const trust = await trustOf();
    assert.equal(await codeOf(bytes, { trust, policy: { anchor: true } }), "E_ANCHOR_MISSING");
    assert.equal(await codeOf(bytes, { trust, policy: { minimumK: "0.8312" } }), "trusted");
    assert.equal(await codeOf(bytes, { trust, policy: { minimumK: "0.84" } }), "E_POLICY");
    const silent = await artifact(RELEASE, { facts: { name: "triage", version: "1.0.0" } });
    assert.equal(await codeOf(silent, { trust, policy: { minimumK: "0" } }), "E_POLICY");
    const layers = LAYERS.map((layer) => (layer.kind === "recall" ? { ...layer, sensitive: true as const } : layer));
    const sensitive = await artifact(RELEASE, { layers });
    assert.equal(await codeOf(sensitive, { trust, policy: {} }), "trusted");
    assert.equal(await codeOf(sensitive, { trust, policy: { sensitiveLayers: false } }), "E_POLICY");
  });
});

describe("several things wrong at once", () => {
  it("are named in one fixed order", async () => {
    const bytes = await artifact(RELEASE);
    const { manifest } = await openArtifact(memorySource(bytes), { crypto });
    const order = ["unknown", "role", "revoked", "anchor", "minimum"] as const;
    const codes = {
      unknown: "E_KEY_UNKNOWN",
      role: "E_KEY_ROLE",
      revoked: "E_KEY_REVOKED",
      anchor: "E_ANCHOR_MISSING",
      minimum: "E_POLICY",
    };
    await fc.assert(
      fc.asyncProperty(fc.subarray([...order], { minLength: 1 }), async (wrong) => {
        const has = (one: (typeof order)[number]): boolean => wrong.includes(one);
        const key = releaseKey(has("unknown") ? OTHER : RELEASE, { names: [has("role") ? "other" : "triage"] });
        const trust = await trustOf({
          keys: [...roots, key],
          revoked: has("revoked") ? [{ kid: RELEASE.kid, since: NOW }] : [],
          minimum: has("minimum") ? { triage: "9.0.0" } : FACTS.minimum,
        });
        const policy = Policy.parse({ format: "kolm/policy-1", anchor: has("anchor") });
        const found = judge(
          { manifest, signer: { kid: RELEASE.kid, standing: "trusted" } },
          { at: NOW, trust, policy },
        );
        const first = order.find(has);
        assert.equal(found?.finding.code, first && codes[first]);
      }),
      { numRuns: 60 },
    );
  });
});
