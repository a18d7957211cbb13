// This file computes RFC 6962 Merkle trees and checks their inclusion and consistency proofs. SPEC.md §5.
import { concatBytes, equalBytes } from "./bytes.ts";
import { sha256Of } from "./digest.ts";
import type { Crypto, Hashing } from "./digest.ts";

/** Bytes under one leaf of a layer's tree. */
export const CHUNK_SIZE = 1_048_576;
/** Bytes of one leaf or node. */
export const NODE_SIZE = 32;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** SHA-256(0x00 || chunk). */
export function leafDigest(hashing: Hashing, chunk: Uint8Array): Uint8Array {
  return sha256Of(hashing, LEAF, chunk);
}

/** SHA-256(0x00 || chunk) by whichever of the port's ways is the faster. */
export function fastLeafDigest(crypto: Crypto, chunk: Uint8Array): Uint8Array | Promise<Uint8Array> {
  return crypto.digest === undefined ? leafDigest(crypto, chunk) : crypto.digest(concatBytes(LEAF, chunk));
}

/** A leaf being computed from pieces. */
export function startLeaf(hashing: Hashing): ReturnType<Hashing["sha256"]> {
  return hashing.sha256().update(LEAF);
}

/** The root over leaves given as 32-byte digests one after another; no leaves give SHA-256 of nothing. */
export function merkleRoot(hashing: Hashing, leaves: Uint8Array): Uint8Array {
  if (leaves.length === 0) return sha256Of(hashing);
  if (leaves.length <= NODE_SIZE) return leaves.slice();
  const split = largestPowerBelow(leaves.length / NODE_SIZE) * NODE_SIZE;
  return node(hashing, merkleRoot(hashing, leaves.subarray(0, split)), merkleRoot(hashing, leaves.subarray(split)));
}

/** The digests beside the way from the leaf of that index up to the root, the lowest first (RFC 9162 §2.1.3.1). */
export function inclusionPath(hashing: Hashing, leaves: Uint8Array, index: number): Uint8Array[] {
  if (leaves.length <= NODE_SIZE) return [];
  const count = largestPowerBelow(leaves.length / NODE_SIZE);
  const [left, right] = [leaves.subarray(0, count * NODE_SIZE), leaves.subarray(count * NODE_SIZE)];
  return index < count
    ? [...inclusionPath(hashing, left, index), merkleRoot(hashing, right)]
    : [...inclusionPath(hashing, right, index - count), merkleRoot(hashing, left)];
}

export type Inclusion = {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
};

/** Whether the proof shows the leaf at its index in the tree of that size and root (RFC 9162 §2.1.3.2). */
export function isIncluded(hashing: Hashing, { index, size, leaf, proof, root }: Inclusion): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || root.length !== NODE_SIZE) return false;
  if (leaf.length !== NODE_SIZE || proof.some((part) => part.length !== NODE_SIZE)) return false;
  let [at, last] = [BigInt(index), BigInt(size - 1)];
  let digest = leaf;
  for (const part of proof) {
    if (last === 0n) return false;
    if (at % 2n === 1n || at === last) {
      digest = node(hashing, part, digest);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      digest = node(hashing, digest, part);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && equalBytes(digest, root);
}

export type Consistency = {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/** Whether the proof shows the first tree to be a prefix of the second (RFC 9162 §2.1.4.2); size 0 proves nothing. */
export function isConsistent(hashing: Hashing, { size1, size2, root1, root2, proof }: Consistency): boolean {
  if (!isCount(size1) || !isCount(size2) || size1 === 0 || size1 > size2) return false;
  if (size1 === size2) return proof.length === 0 && root1.length > 0 && equalBytes(root1, root2);
  if ([root1, root2, ...proof].some((part) => part.length !== NODE_SIZE)) return false;
  let [at, last] = [BigInt(size1 - 1), BigInt(size2 - 1)];
  while (at % 2n === 1n) [at, last] = [at >> 1n, last >> 1n];
  // A first tree that is one whole subtree is its own start of the path.
  const path = at === 0n ? [root1, ...proof] : proof;
  const [start, ...steps] = path;
  if (start === undefined) return false;
  let [first, second] = [start, start];
  for (const part of steps) {
    if (last === 0n) return false;
    if (at % 2n === 1n || at === last) {
      [first, second] = [node(hashing, part, first), node(hashing, part, second)];
      while (at % 2n === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      second = node(hashing, second, part);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && equalBytes(first, root1) && equalBytes(second, root2);
}

function node(hashing: Hashing, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256Of(hashing, concatBytes(NODE, left, right));
}

function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
