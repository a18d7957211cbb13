// This file makes the trust files and keys that the tests of trust share.
import {
  base64,
  draftTrust,
  encodeTrustFile,
  type Signer,
  signTrust,
  type TrustFacts,
  type TrustKey,
} from "@kolm/format";
import type { TrustVersion } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { seedSigner } from "./sample.ts";

/** Deterministic signers by number. */
export const signerOf = (number: number): Signer => seedSigner(number.toString(16).padStart(64, "0"));
export const [ROOT_1, ROOT_2, ROOT_3, RELEASE, OTHER] = [1, 2, 3, 4, 5].map(signerOf) as [
  Signer,
  Signer,
  Signer,
  Signer,
  Signer,
];
/** A key id by number, of no key. */
export const hexOf = (at: number): string => at.toString(16).padStart(64, "0");
export const NOW = "2026-06-01T00:00:00Z";

export function rootKey({ kid, spki }: Signer): TrustKey {
  return { role: "root", alg: "ed25519", kid, spki: base64(spki) };
}

export function releaseKey(
  { kid, spki }: Signer,
  changes: Partial<Extract<TrustKey, { role: "release" }>> = {},
): TrustKey {
  const from = "2026-01-01T00:00:00Z";
  return { role: "release", alg: "ed25519", kid, spki: base64(spki), from, names: ["triage"], ...changes };
}

export const FACTS: TrustFacts = {
  name: "acme",
  expires: "2027-01-01T00:00:00Z",
  threshold: 2,
  keys: [rootKey(ROOT_1), rootKey(ROOT_2), rootKey(ROOT_3), releaseKey(RELEASE)],
  revoked: [],
  minimum: {},
};

/** A history that goes on with one version, signed by these. */
export async function withVersion(
  history: readonly TrustVersion[],
  changes: Partial<TrustFacts> = {},
  signers: readonly Signer[] = [ROOT_1, ROOT_2],
): Promise<readonly TrustVersion[]> {
  let versions = draftTrust(history, { ...FACTS, ...changes }, nodeCrypto);
  for (const signer of signers) versions = await signTrust(versions, signer, nodeCrypto);
  return versions;
}

/** Bytes of a file with one version. */
export async function trustFile(changes: Partial<TrustFacts> = {}): Promise<Uint8Array> {
  return encodeTrustFile(await withVersion([], changes));
}
