// This file defines layers/verifier/membership.json and the proofs that go with it. SPEC.md §14.
import { z } from "zod";
import type { Json } from "../canonical.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 is 64 lower-case hex digits");
const count = z.int().min(0);
const Tree = z.strictObject({ size: count, root: digest });

export const TREE_NAMES = ["examples", "evals"] as const;
export type TreeName = (typeof TREE_NAMES)[number];

export const MEMBERSHIP_PATH = "layers/verifier/membership.json";

/** How many records were learnt from and measured on, and the roots that proofs lead to. */
export const Membership = z.strictObject({
  format: z.literal("kolm/membership-1"),
  trees: z.strictObject({ examples: Tree, evals: Tree }),
});
export type Membership = z.infer<typeof Membership>;

/** One record with its salt and the RFC 6962 path from its leaf to the root. */
export const MembershipProof = z.strictObject({
  format: z.literal("kolm/membership-proof-1"),
  /** The artifact's id. */
  artifact: digest,
  tree: z.enum(TREE_NAMES),
  index: count,
  size: count,
  record: z.strictObject({ input: z.string(), output: z.custom<Json>((value) => value !== undefined) }),
  salt: digest,
  path: z.array(digest).max(64),
});
export type MembershipProof = z.infer<typeof MembershipProof>;
