// This file holds canonical JSON, Merkle proofs, HMAC, HKDF, Ed25519 to the public test vectors.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";
import {
  canonicalBytes,
  ed25519Spki,
  hex,
  hkdf32,
  isConsistent,
  isIncluded,
  isStrictEd25519,
  merkleRoot,
  portableCrypto,
  portableHashing,
  utf8,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { bytesOf, sharedVectors } from "./sample.ts";

const jcs = sharedVectors("jcs");
const rfc6962 = sharedVectors("rfc6962");
const wycheproof = sharedVectors("wycheproof");
const cctv = sharedVectors("ed25519-cctv");

/** The shapes below are those of the public files named beside them. */
async function load<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}

test("canonical JSON gives the RFC 8785 output of every cyberphone vector", { skip: jcs.skip }, async () => {
  const names = await readdir(join(jcs.path, "input"));
  for (const name of names) {
    const expected = await readFile(join(jcs.path, "output", name));
    assert.deepEqual(Buffer.from(canonicalBytes(await load(join(jcs.path, "input", name)))), expected, name);
  }
  assert.equal(names.length, 6);
});

type InclusionCase = {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
};
type ConsistencyCase = {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
};

test("inclusion proofs are accepted exactly where the RFC 6962 vectors say", { skip: rfc6962.skip }, async () => {
  const cases = await loadAll<InclusionCase>(join(rfc6962.path, "testdata/inclusion"));
  for (const { name, vector } of cases) {
    const { leafIdx: index, treeSize: size, root, leafHash, proof } = vector;
    const claim = { index, size, root: decode(root), leaf: decode(leafHash), proof: (proof ?? []).map(decode) };
    assert.equal(isIncluded(nodeCrypto, claim), !vector.wantErr, name);
  }
  assert.ok(cases.length >= 98);
});

test("consistency proofs are accepted exactly where the RFC 6962 vectors say", { skip: rfc6962.skip }, async () => {
  const cases = await loadAll<ConsistencyCase>(join(rfc6962.path, "testdata/consistency"));
  for (const { name, vector } of cases) {
    const { size1, size2, root1, root2, proof } = vector;
    const claim = { size1, size2, root1: decode(root1), root2: decode(root2), proof: (proof ?? []).map(decode) };
    assert.equal(isConsistent(nodeCrypto, claim), !vector.wantErr, name);
  }
  assert.ok(cases.length >= 98);
});

test("a proof built from any tree of up to 33 leaves is accepted for its leaf and for no other", () => {
  for (let size = 1; size <= 33; size += 1) {
    const leaves = Array.from({ length: size }, (_, at) => nodeCrypto.sha256().update(Uint8Array.of(0, at)).digest());
    const root = merkleRoot(nodeCrypto, new Uint8Array(Buffer.concat(leaves)));
    for (const [index, leaf] of leaves.entries()) {
      const proof = pathTo(leaves, index);
      assert.ok(isIncluded(nodeCrypto, { index, size, leaf, proof, root }));
      assert.ok(!isIncluded(nodeCrypto, { index: (index + 1) % (size + 1), size, leaf, proof, root }));
    }
  }
});

type Group<T> = { testGroups: ({ tests: T[] } & Record<string, unknown>)[] };
type HmacCase = { tcId: number; key: string; msg: string; tag: string; result: string };
type HkdfCase = { tcId: number; ikm: string; salt: string; info: string; size: number; okm: string; result: string };
type EdCase = { tcId: number; msg: string; sig: string; result: string; comment: string };

test("HMAC-SHA-256 gives the Wycheproof tags on both implementations", { skip: wycheproof.skip }, async () => {
  const { testGroups } = await load<Group<HmacCase>>(join(wycheproof.path, "testvectors_v1/hmac_sha256_test.json"));
  for (const { tcId, key, msg, tag, result } of testGroups.flatMap((group) => group.tests)) {
    for (const hashing of [nodeCrypto, portableHashing]) {
      const found = hex(hashing.hmacSha256(bytesOf(key), bytesOf(msg))).slice(0, tag.length);
      assert.equal(found === tag, result === "valid", `case ${tcId}`);
    }
  }
});

test("HKDF-SHA-256 gives the first block of every valid Wycheproof output", { skip: wycheproof.skip }, async () => {
  const { testGroups } = await load<Group<HkdfCase>>(join(wycheproof.path, "testvectors_v1/hkdf_sha256_test.json"));
  const cases = testGroups.flatMap((group) => group.tests).filter((vector) => vector.result === "valid");
  for (const { tcId, ikm, salt, info, size, okm } of cases) {
    const key = hkdf32(nodeCrypto, bytesOf(ikm), { salt: bytesOf(salt), info: bytesOf(info) });
    const shared = Math.min(size, 32) * 2;
    assert.equal(hex(key).slice(0, shared), okm.slice(0, shared), `case ${tcId}`);
  }
  assert.ok(cases.length > 50);
});

test("Ed25519 verification agrees with every Wycheproof verdict", { skip: wycheproof.skip }, async () => {
  const { testGroups } = await load<Group<EdCase>>(join(wycheproof.path, "testvectors_v1/ed25519_test.json"));
  let count = 0;
  for (const group of testGroups) {
    const { pk } = group["publicKey"] as { pk: string }; // the field of eddsa_verify_schema_v1
    for (const { tcId, msg, sig, result, comment } of group.tests) {
      for (const crypto of ED25519) {
        const accepted = await crypto.verifyEd25519(ed25519Spki(bytesOf(pk)), bytesOf(msg), bytesOf(sig));
        assert.equal(accepted, result === "valid", `case ${tcId}: ${comment}`);
      }
      count += 1;
    }
  }
  assert.equal(count, 151);
});

/** Every implementation of the one policy. */
const ED25519 = [nodeCrypto, portableCrypto];

type CctvCase = { number: number; key: string; sig: string; msg: string; flags: string[] | null };

/**
 * The policy of SPEC.md §9.3 by the flags of C2SP/CCTV: "before" is refused before the equation is computed, "equation" is
 * accepted where it holds without the cofactor, "never" never holds without it.
 */
const POLICY: Readonly<Record<string, "before" | "equation" | "never">> = {
  low_order_A: "before",
  low_order_R: "before",
  non_canonical_A: "before",
  non_canonical_R: "before",
  low_order_component_A: "equation",
  low_order_component_R: "equation",
  low_order_residue: "never",
  reencoded_k: "never",
};

/** What is accepted of the CCTV cases, by their flags. */
const PINNED = { "": 1, low_order_component_A: 7, "low_order_component_A+low_order_component_R": 35 };

test("our Ed25519 policy on the CCTV edge cases is pinned flag by flag", { skip: cctv.skip }, async () => {
  const accepted = new Map<string, number>();
  for (const { number, key, sig, msg, flags } of await load<CctvCase[]>(join(cctv.path, "vectors.json"))) {
    const spki = ed25519Spki(bytesOf(key));
    const policies = (flags ?? []).map((flag) => POLICY[flag]);
    assert.ok(!policies.includes(undefined), `case ${number}: ${flags?.join()}`);
    assert.equal(isStrictEd25519(spki, bytesOf(sig)), !policies.includes("before"), `case ${number}: ${flags?.join()}`);
    const found = await nodeCrypto.verifyEd25519(spki, utf8(msg), bytesOf(sig));
    const portable = await portableCrypto.verifyEd25519(spki, utf8(msg), bytesOf(sig));
    assert.equal(portable, found, `case ${number}`);
    if (policies.includes("never")) assert.equal(found, false, `case ${number}`);
    const kind = [...(flags ?? [])].sort().join("+");
    if (found) accepted.set(kind, (accepted.get(kind) ?? 0) + 1);
  }
  assert.deepEqual(Object.fromEntries(accepted), PINNED);
});

test("SPEC.md states the policy for every flag", async () => {
  const spec = await readFile(join(import.meta.dirname, "../../tools/format/SPEC.md"), "utf8");
  for (const flag of Object.keys(POLICY)) assert.match(spec, new RegExp(`\\| .*\`${flag}\``));
});

async function loadAll<T>(folder: string): Promise<{ name: string; vector: T }[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".json"));
  return Promise.all(names.map(async (name) => ({ name, vector: await load<T>(join(folder, name)) })));
}

function decode(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** The inclusion path by the recursive definition of RFC 9162 §2.1.3.1, from the leaf up. */
function pathTo(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length === 1) return [];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  const rootOf = (side: readonly Uint8Array[]) => merkleRoot(nodeCrypto, new Uint8Array(Buffer.concat(side)));
  return index < split ? [...pathTo(left, index), rootOf(right)] : [...pathTo(right, index - split), rootOf(left)];
}
