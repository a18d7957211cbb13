// This file makes the tree over a set of records that tells nothing of them but their number. SPEC.md §14.
import { concatBytes, equalBytes, fromHex, hex, utf8 } from "../bytes.ts";
import { canonicalBytes, type Json } from "../canonical.ts";
import { hkdf32, type Hashing } from "../digest.ts";
import { KolmError } from "../errors.ts";
import { frame } from "../frame.ts";
import { inclusionPath, isIncluded, leafDigest, merkleRoot } from "../merkle.ts";
import type { Signer } from "../receipt/bundle.ts";
import type { Membership, MembershipProof, TreeName } from "./documents.ts";

export type MembershipRecord = { readonly input: string; readonly output: Json };
type Tree = { readonly size: number; readonly root: string };

/** The secret that salts an artifact's records: whoever holds its signing key can compute it, nobody else can. */
export async function membershipKey(
  hashing: Hashing,
  signer: Signer,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<Uint8Array> {
  // Ed25519 gives one signature for a message and a key; a receipt's message begins otherwise, so this one is never published.
  const secret = await signer.sign(frame("membershipSecret", utf8("kolm.rs1.membership.v1")));
  const info = frame("membershipKey", utf8(name), utf8(version));
  return hkdf32(hashing, secret, { salt: new Uint8Array(32), info });
}

export type Plant = {
  readonly key: Uint8Array;
  readonly tree: TreeName;
  readonly records: readonly MembershipRecord[];
};

/** Size and root over the records in any order; `leaves` stand in the order of their bytes. */
export function plantTree(hashing: Hashing, { key, tree, records }: Plant): Tree & { readonly leaves: Uint8Array } {
  const digests = records.map((record) =>
    leafOf(hashing, { tree, record, salt: saltOf(hashing, { key, tree, record }) }),
  );
  const leaves = concatBytes(...digests.toSorted((left, right) => (hex(left) < hex(right) ? -1 : 1)));
  return { size: records.length, root: hex(merkleRoot(hashing, leaves)), leaves };
}

/**
 * What shows one record to be in a tree, and of the others only digests that nobody can guess at.
 *
 * @throws KolmError RECORD_MISSING when it is not in it.
 */
export function proveMembership(
  hashing: Hashing,
  { key, tree, records, record, artifact }: Plant & { readonly record: MembershipRecord; readonly artifact: string },
): MembershipProof {
  const { leaves, size } = plantTree(hashing, { key, tree, records });
  const salt = saltOf(hashing, { key, tree, record });
  const leaf = leafOf(hashing, { tree, record, salt });
  const index = Array.from({ length: size }, (_, at) => at).find((at) =>
    equalBytes(leaves.subarray(at * leaf.length, (at + 1) * leaf.length), leaf),
  );
  if (index === undefined) throw new KolmError("RECORD_MISSING", `the record is not among the ${size} of ${tree}`);
  const path = inclusionPath(hashing, leaves, index).map(hex);
  const { input, output } = record;
  return {
    format: "kolm/membership-proof-1",
    artifact,
    tree,
    index,
    size,
    record: { input, output },
    salt: hex(salt),
    path,
  };
}

/** Why a proof does not hold for a verified artifact of this id; undefined where it does. */
export function membershipFault(
  hashing: Hashing,
  { id, trees }: Membership & { readonly id: string },
  proof: MembershipProof,
): string | undefined {
  const { tree, index, size, record, artifact } = proof;
  if (artifact !== id) return `it is about the artifact ${artifact}, this one is ${id}`;
  if (size !== trees[tree].size) return `it is about a tree of ${size} records, ${tree} has ${trees[tree].size}`;
  const [salt, root, ...path] = [proof.salt, trees[tree].root, ...proof.path].map(fromHex);
  if (salt === undefined || root === undefined) return "its salt is no hex";
  const steps = path.filter((step) => step !== undefined);
  const leaf = leafOf(hashing, { tree, record, salt });
  if (isIncluded(hashing, { index, size, leaf, proof: steps, root })) return undefined;
  return `its record and path do not give the root that the artifact states for ${tree}`;
}

type Salted = { readonly tree: TreeName; readonly record: MembershipRecord };

function saltOf(hashing: Hashing, { key, tree, record }: Salted & { readonly key: Uint8Array }): Uint8Array {
  return hashing.hmacSha256(key, frame("membershipSalt", utf8(tree), recordBytes(record)));
}

function leafOf(hashing: Hashing, { tree, record, salt }: Salted & { readonly salt: Uint8Array }): Uint8Array {
  return leafDigest(hashing, frame("membershipLeaf", utf8(tree), salt, recordBytes(record)));
}

const recordBytes = ({ input, output }: MembershipRecord): Uint8Array => canonicalBytes({ input, output });
