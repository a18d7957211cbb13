// This file draws the bounds of the envelopes in a trust file, of drafts and of policies, each from both sides.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  base64,
  canonicalBytes,
  draftTrust,
  KolmError,
  parseTrustFile,
  Policy,
  signTrust,
  TRUST_PAYLOAD_TYPE,
  utf8,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { FACTS, hexOf, NOW, OTHER, releaseKey, ROOT_1, signerOf } from "./trust-sample.ts";

describe("the envelope of a version", () => {
  const payload = base64(draftTrust([], FACTS, nodeCrypto)[0]?.payload ?? new Uint8Array());
  const signature = (keyid: string, sig = "AAAA") => ({ keyid, sig });
  const codeOf = (changes: object, file: object = {}): string => {
    const version = { payloadType: TRUST_PAYLOAD_TYPE, payload, signatures: [], ...changes };
    const outcome = parseTrustFile(
      canonicalBytes({ format: "kolm/trust-file-1", versions: [version], ...file }),
      nodeCrypto,
    );
    return outcome.ok ? "read" : `${outcome.finding.code} ${outcome.finding.subject}`;
  };

  it("is of the one type, with base64 and up to 128 signatures in order of key", () => {
    assert.equal(codeOf({}), "read");
    const list = (count: number) => Array.from({ length: count }, (_, at) => signature(hexOf(at)));
    for (const count of [1, 2, 128]) assert.equal(codeOf({ signatures: list(count) }), "read");
    const wrong = [
      { payloadType: "application/vnd.in-toto+json" },
      { payloadType: "" },
      { payload: "?" },
      { payload: "AB==" },
      { signatures: list(129) },
      { signatures: list(3).reverse() },
      { signatures: [signature(hexOf(1)), signature(hexOf(1))] },
      { signatures: [signature("0".repeat(63))] },
      { signatures: [signature("0".repeat(65))] },
      { signatures: [signature("G".repeat(64))] },
      { signatures: [signature(hexOf(1), "?")] },
      { signatures: [{ keyid: hexOf(1) }] },
      { signatures: [{ ...signature(hexOf(1)), more: 1 }] },
      { more: 1 },
    ];
    for (const change of wrong) assert.equal(codeOf(change), "E_DSSE trust.json", JSON.stringify(change).slice(0, 80));
  });

  it("holds canonical JSON that is a version", () => {
    assert.equal(codeOf({ payload: base64(utf8("{ }")) }), "E_JSON trust.json");
    assert.equal(codeOf({ payload: base64(utf8("{}")) }), "E_DSSE trust.json");
    assert.equal(codeOf({ payload: "" }), "E_JSON trust.json");
  });

  it("is one of 1 to 1024 in a file of this format", () => {
    const versions = (count: number) =>
      Array.from({ length: count }, () => ({ payloadType: TRUST_PAYLOAD_TYPE, payload, signatures: [] }));
    assert.equal(codeOf({}, { versions: versions(1024) }), "read");
    for (const file of [
      { versions: [] },
      { versions: versions(1025) },
      { format: "" },
      { format: "kolm/trust-1" },
      { more: 1 },
    ])
      assert.equal(codeOf({}, file), "E_DSSE trust.json");
  });

  it("stands in a file of at most 4 MiB", () => {
    const code = (size: number): string => {
      const outcome = parseTrustFile(new Uint8Array(size), nodeCrypto);
      return outcome.ok ? "read" : outcome.finding.code;
    };
    assert.equal(code(4 * 1_048_576), "E_JSON");
    assert.equal(code(4 * 1_048_576 + 1), "E_LIMIT");
  });
});

describe("a draft", () => {
  it("that is not valid says where and how to put it right", () => {
    assert.throws(
      () => draftTrust([], { ...FACTS, threshold: 0 }, nodeCrypto),
      (error) =>
        error instanceof KolmError &&
        error.code === "TRUST_INVALID" &&
        /threshold/.test(error.message) &&
        /TRUST\.md/.test(error.hint ?? ""),
    );
  });

  it("is not signed by a device whose signatures its own key refuses", async () => {
    const broken = { ...ROOT_1, sign: async () => new Uint8Array(64) };
    await assert.rejects(
      signTrust(draftTrust([], FACTS, nodeCrypto), broken, nodeCrypto),
      (error) => error instanceof KolmError && error.code === "SIGNER_BROKEN" && /another key/.test(error.hint ?? ""),
    );
  });

  it("is signed by a root key only, and says which those are", async () => {
    for (const versions of [draftTrust([], FACTS, nodeCrypto), []])
      await assert.rejects(
        signTrust(versions, OTHER, nodeCrypto),
        (error) =>
          error instanceof KolmError && error.code === "TRUST_NOT_ROOT" && /role is root/.test(error.hint ?? ""),
      );
  });

  it("sorts keys and revocations by id, whatever their order was", () => {
    const keys = [...FACTS.keys, releaseKey(OTHER)];
    const revoked = [21, 22, 23, 24].map((at) => ({ kid: signerOf(at).kid, since: NOW }));
    const orders = [0, 1, 2, 3].map((by) => ({
      keys: [...keys.slice(by), ...keys.slice(0, by)],
      revoked: [...revoked.slice(by), ...revoked.slice(0, by)],
    }));
    const digests = orders.map((order) => draftTrust([], { ...FACTS, ...order }, nodeCrypto)[0]?.digest);
    assert.equal(new Set(digests).size, 1);
  });
});

describe("a policy", () => {
  const is = (changes: object): boolean => Policy.safeParse({ format: "kolm/policy-1", ...changes }).success;
  it("demands a trusted signer and nothing else where it is silent", () => {
    const silent = { format: "kolm/policy-1", trustedSigner: true, anchor: false, sensitiveLayers: true };
    assert.deepEqual(Policy.parse({ format: "kolm/policy-1" }), silent);
  });
  it("is of this format and has no other keys", () => {
    assert.ok(!is({ format: "" }) && !is({ format: "kolm/policy-2" }) && !is({ more: 1 }) && !is({ anchor: "yes" }));
  });
  it("demands a K-score from 0 to 1 as a decimal", () => {
    for (const minimumK of ["0", "1", "0.7", "0.0", "1.0", "0.123456789012345", "1.000000000000000"])
      assert.ok(is({ minimumK }), minimumK);
    for (const minimumK of [
      "",
      "2",
      "1.1",
      "1.01",
      "01",
      "0.",
      "1.",
      ".5",
      "-0",
      "0.1234567890123456",
      "1.0000000000000000",
      "0,7",
      "0x1",
      "0.a",
      "10",
      "00",
      " 0",
      "0 ",
      "1 ",
      1,
    ])
      assert.ok(!is({ minimumK }), String(minimumK));
  });
});
