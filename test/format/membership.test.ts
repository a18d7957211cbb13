// This file holds proofs of membership to their promise: every record of a tree has one, nothing else has, and none tells of others.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  inclusionPath,
  isIncluded,
  leafDigest,
  membershipFault,
  membershipKey,
  MembershipProof,
  type MembershipRecord,
  merkleRoot,
  plantTree,
  proveMembership,
  utf8,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { seedSigner } from "./sample.ts";

const ID = "a".repeat(64);
const NAMED = { name: "triage", version: "1.0.0" };
const key = await membershipKey(nodeCrypto, seedSigner(), NAMED);

const recordsOf = (count: number): MembershipRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    input: `record ${at}`,
    output: at % 3 === 0 ? null : { urgent: at % 2 === 0 },
  }));

function planted(count: number, salt = key) {
  const records = recordsOf(count);
  const { size, root } = plantTree(nodeCrypto, { key: salt, tree: "examples", records });
  const empty = plantTree(nodeCrypto, { key: salt, tree: "evals", records: [] });
  const trees = { examples: { size, root }, evals: { size: empty.size, root: empty.root } };
  return { records, membership: { format: "kolm/membership-1" as const, trees, id: ID } };
}

test("every record of trees of 1 to 20 has a proof that holds and is a document of its schema", () => {
  for (let count = 1; count <= 20; count++) {
    const { records, membership } = planted(count);
    for (const record of records) {
      const proof = proveMembership(nodeCrypto, { key, tree: "examples", records, record, artifact: ID });
      assert.equal(
        membershipFault(nodeCrypto, membership, MembershipProof.parse(JSON.parse(JSON.stringify(proof)))),
        undefined,
      );
    }
  }
});

test("paths are those of RFC 9162 for every index of trees of 1 to 40 leaves", () => {
  for (let size = 1; size <= 40; size++) {
    const leaves = Array.from({ length: size }, (_, at) => leafDigest(nodeCrypto, utf8(`leaf ${at}`)));
    const all = new Uint8Array(Buffer.concat(leaves));
    const root = merkleRoot(nodeCrypto, all);
    for (const [index, leaf] of leaves.entries()) {
      const proof = inclusionPath(nodeCrypto, all, index);
      assert.ok(isIncluded(nodeCrypto, { index, size, leaf, proof, root }), `${index} of ${size}`);
    }
  }
});

test("a proof with any part changed does not hold", () => {
  const { records, membership } = planted(11);
  const [record] = records;
  assert.ok(record);
  const proof = proveMembership(nodeCrypto, { key, tree: "examples", records, record, artifact: ID });
  const other = "b".repeat(64);
  const changes: Partial<MembershipProof>[] = [
    { artifact: other },
    { tree: "evals" },
    { index: (proof.index + 1) % 11 },
    { index: 11 },
    { size: 12 },
    { salt: other },
    { record: { ...proof.record, input: "record 0 " } },
    { record: { ...proof.record, output: { urgent: true } } },
    { path: proof.path.toReversed() },
    { path: proof.path.slice(1) },
    { path: [...proof.path, other] },
    ...proof.path.map((_, at) => ({ path: proof.path.with(at, other) })),
  ];
  for (const change of changes)
    assert.notEqual(
      membershipFault(nodeCrypto, membership, { ...proof, ...change }),
      undefined,
      JSON.stringify(change),
    );
});

test("a record that is not there has no proof", () => {
  const { records } = planted(5);
  const asked = { key, tree: "examples", records, record: { input: "other", output: null }, artifact: ID } as const;
  assert.throws(() => proveMembership(nodeCrypto, asked), { code: "RECORD_MISSING" });
});

test("the order of records changes nothing, so a place in the tree tells nothing of a place in the file", () => {
  const { records } = planted(9);
  const tree = "examples";
  const roots = [records, records.toReversed()].map(
    (given) => plantTree(nodeCrypto, { key, tree, records: given }).root,
  );
  assert.equal(roots[0], roots[1]);
});

test("leaves of one record differ by artifact, version, key and tree, so that nobody can tell that two share it", async () => {
  const records = recordsOf(1);
  const keys = [
    key,
    await membershipKey(nodeCrypto, seedSigner(), { ...NAMED, version: "1.0.1" }),
    await membershipKey(nodeCrypto, seedSigner(), { ...NAMED, name: "other" }),
    await membershipKey(nodeCrypto, seedSigner("07".repeat(32)), NAMED),
  ];
  const roots = keys.flatMap((one) =>
    (["examples", "evals"] as const).map((tree) => plantTree(nodeCrypto, { key: one, tree, records }).root),
  );
  assert.equal(new Set(roots).size, 8);
});

test("without the key a record of two possible values cannot be told from the root", () => {
  // What a stranger can compute: leaves of the record under no salt, under a salt of zeros, under its own digest.
  const { membership, records } = planted(1);
  const [record] = records;
  assert.ok(record);
  for (const salt of [new Uint8Array(0), new Uint8Array(32)]) {
    const guess = plantTree(nodeCrypto, { key: salt, tree: "examples", records: [record] });
    assert.notEqual(guess.root, membership.trees.examples.root);
  }
});

test("one key and the same records give the same root for ever", () => {
  assert.equal(
    planted(3).membership.trees.examples.root,
    "4a25817d4930da27614b76ad3b43e6aa8284497a6f8d2d257c1d0b0197452129",
  );
});
