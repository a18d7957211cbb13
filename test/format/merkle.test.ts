// This file holds Merkle trees, inclusion and consistency proofs to the definitions of RFC 9162 §2.1, for every small tree.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import {
  concatBytes,
  type Consistency,
  equalBytes,
  type Inclusion,
  isConsistent,
  isIncluded,
  leafDigest,
  merkleRoot,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";

const SIZES = Array.from({ length: 18 }, (_, at) => at + 1);
const LEAVES = SIZES.map((at) => sha256(Uint8Array.of(0, at)));
const leavesOf = (size: number): Uint8Array[] => LEAVES.slice(0, size);

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** MTH of §2.1.1, over digests of leaves. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  const split = splitOf(leaves.length);
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** PATH of §2.1.3.1. */
function pathTo(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...pathTo(left, index), rootOf(right)] : [...pathTo(right, index - split), rootOf(left)];
}

/** SUBPROOF of §2.1.4.1. */
function subproof(size: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (size === leaves.length) return whole ? [] : [rootOf(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split
    ? [...subproof(size, left, whole), rootOf(right)]
    : [...subproof(size - split, right, false), rootOf(left)];
}

function inclusion(index: number, size: number): Inclusion {
  const leaves = leavesOf(size);
  return { index, size, leaf: leaves[index] ?? sha256(), proof: pathTo(leaves, index), root: rootOf(leaves) };
}

function consistency(size1: number, size2: number): Consistency {
  const proof = subproof(size1, leavesOf(size2), true);
  return { size1, size2, root1: rootOf(leavesOf(size1)), root2: rootOf(leavesOf(size2)), proof };
}

const included = (proof: Inclusion): boolean => isIncluded(nodeCrypto, proof);
const consistent = (proof: Consistency): boolean => isConsistent(nodeCrypto, proof);
const flipped = (bytes: Uint8Array, at = 0): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const longer = (bytes: Uint8Array): Uint8Array => Uint8Array.of(...bytes, 0);
/** Every way to have one part of a proof changed by a function. */
const eachChanged = (proof: readonly Uint8Array[], change: (part: Uint8Array) => Uint8Array): Uint8Array[][] =>
  proof.map((_, at) => proof.map((part, index) => (index === at ? change(part) : part)));

test("the root of a tree is its definition's, leaves and nodes hashed apart", () => {
  assert.ok(equalBytes(merkleRoot(nodeCrypto, new Uint8Array()), sha256()));
  for (const size of SIZES)
    assert.ok(equalBytes(merkleRoot(nodeCrypto, concatBytes(...leavesOf(size))), rootOf(leavesOf(size))), `${size}`);
  assert.ok(equalBytes(leafDigest(nodeCrypto, Uint8Array.of(7)), sha256(Uint8Array.of(0, 7))));
});

test("every leaf of every tree is shown to be in it, and at no other place", () => {
  for (const size of SIZES)
    for (let index = 0; index < size; index += 1) {
      const proof = inclusion(index, size);
      assert.ok(included(proof), `${index} of ${size}`);
      for (let other = -1; other <= size + 1; other += 1)
        if (other !== index) assert.ok(!included({ ...proof, index: other }), `${index} of ${size} at ${other}`);
    }
});

test("a proof with any part changed, missing, added or of another length shows nothing", () => {
  for (const size of SIZES.slice(0, 9))
    for (let index = 0; index < size; index += 1) {
      const right = inclusion(index, size);
      const { proof, leaf, root } = right;
      const wrong: Inclusion[] = [
        { ...right, leaf: flipped(leaf) },
        { ...right, leaf: flipped(leaf, 31) },
        { ...right, root: flipped(root, 31) },
        { ...right, root: root.subarray(0, 31) },
        { ...right, root: longer(root) },
        { ...right, leaf: leaf.subarray(0, 31) },
        { ...right, leaf: longer(leaf) },
        { ...right, proof: [...proof, leaf] },
        { ...right, proof: [leaf, ...proof] },
        ...proof.map((_, at) => ({ ...right, proof: proof.toSpliced(at, 1) })),
        ...eachChanged(proof, flipped).map((parts) => ({ ...right, proof: parts })),
        ...eachChanged(proof, longer).map((parts) => ({ ...right, proof: parts })),
        ...eachChanged(proof, (part) => part.subarray(1)).map((parts) => ({ ...right, proof: parts })),
      ];
      for (const [at, one] of wrong.entries()) assert.ok(!included(one), `${index} of ${size}, change ${at}`);
    }
});

test("bytes moved from a leaf into the proof beside it, or from a part into the next, show nothing", () => {
  const right = inclusion(0, 2);
  const [part] = right.proof;
  assert.ok(part !== undefined);
  const shifted = Uint8Array.of(right.leaf[31] ?? 0, ...part);
  assert.ok(!included({ ...right, leaf: right.leaf.subarray(0, 31), proof: [shifted] }));
  const two = consistency(1, 2);
  const [next] = two.proof;
  assert.ok(next !== undefined);
  const moved = Uint8Array.of(two.root1[31] ?? 0, ...next);
  assert.ok(!consistent({ ...two, root1: two.root1.subarray(0, 31), proof: [moved] }));
});

test("an empty root, leaf and proof show nothing, whatever place is named", () => {
  const nothing = new Uint8Array();
  assert.ok(!included({ index: 0, size: 1, leaf: nothing, proof: [], root: nothing }));
  for (const size of [0, 1, 2])
    assert.ok(!consistent({ size1: size, size2: size, root1: nothing, root2: nothing, proof: [] }));
});

test("places and sizes that are no counts show nothing", () => {
  const right = inclusion(0, 1);
  assert.ok(included(right));
  const bad = [-1, 0.5, Number.NaN, Infinity, 2 ** 53];
  for (const index of [...bad, 1, 2]) assert.ok(!included({ ...right, index }), `index ${index}`);
  for (const size of [...bad, 0]) assert.ok(!included({ ...right, size }), `size ${size}`);
  const two = consistency(2, 3);
  assert.ok(consistent(two));
  for (const size of [...bad, 0]) {
    assert.ok(!consistent({ ...two, size1: size }), `size1 ${size}`);
    assert.ok(!consistent({ ...two, size2: size }), `size2 ${size}`);
    assert.ok(!consistent({ ...two, size1: size, size2: size, root2: two.root1, proof: [] }), `both ${size}`);
  }
});

test("every tree is shown to begin with every smaller one, and with no other", () => {
  for (const size2 of SIZES)
    for (let size1 = 1; size1 <= size2; size1 += 1) {
      const right = consistency(size1, size2);
      assert.ok(consistent(right), `${size1} in ${size2}`);
      const { root1, root2, proof } = right;
      const wrong: Consistency[] = [
        { ...right, root1: flipped(root1) },
        { ...right, root2: flipped(root2) },
        { ...right, root1: root1.subarray(0, 31) },
        { ...right, root2: longer(root2) },
        { ...right, proof: [...proof, root1] },
        { ...right, proof: [root1, ...proof] },
        { ...right, size1: size2 + 1 },
        ...proof.map((_, at) => ({ ...right, proof: proof.toSpliced(at, 1) })),
        ...eachChanged(proof, flipped).map((parts) => ({ ...right, proof: parts })),
        ...eachChanged(proof, longer).map((parts) => ({ ...right, proof: parts })),
      ];
      for (const [at, one] of wrong.entries()) assert.ok(!consistent(one), `${size1} in ${size2}, change ${at}`);
    }
});

test("a proof without parts shows nothing where there is anything to show", () => {
  for (const size of [2, 3, 5]) assert.ok(!included({ ...inclusion(size - 1, size), proof: [] }));
  for (const size1 of [1, 2, 3, 4, 5, 6]) assert.ok(!consistent({ ...consistency(size1, 7), proof: [] }), `${size1}`);
});

test("a proof for one smaller size shows no other smaller size", () => {
  for (const size2 of SIZES.slice(0, 9))
    for (let size1 = 1; size1 < size2; size1 += 1)
      for (let other = 1; other <= size2; other += 1)
        if (other !== size1) {
          const { root1 } = consistency(other, size2);
          assert.ok(
            !consistent({ ...consistency(size1, size2), size1: other, root1 }),
            `${size1} as ${other} in ${size2}`,
          );
        }
});

test("two trees of one size are consistent when they are the same, and need no proof", () => {
  const root = rootOf(leavesOf(3));
  assert.ok(consistent({ size1: 3, size2: 3, root1: root, root2: root, proof: [] }));
  assert.ok(!consistent({ size1: 3, size2: 3, root1: root, root2: root, proof: [root] }));
  assert.ok(!consistent({ size1: 3, size2: 3, root1: root, root2: flipped(root), proof: [] }));
  assert.ok(!consistent({ size1: 3, size2: 3, root1: root.subarray(0, 31), root2: root, proof: [] }));
});
