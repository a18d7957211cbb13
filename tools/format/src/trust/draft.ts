// This file makes trust files: a draft of the next version, and the signatures that root keys add to it. TRUST.md §5.
import { canonicalBytes } from "../canonical.ts";
import { digestOf } from "../digest.ts";
import { KolmError } from "../errors.ts";
import { firstIssue } from "../manifest.ts";
import { preAuthEncoding } from "../receipt/bundle.ts";
import type { Crypto, Hashing } from "../digest.ts";
import type { Signer } from "../receipt/bundle.ts";
import { TRUST_PAYLOAD_TYPE, type TrustVersion } from "./history.ts";
import { rootKeys, Trust } from "./trust.ts";

/** What a version says apart from its place in the history. */
export type TrustFacts = Omit<Trust, "format" | "version">;

/**
 * Puts a draft without signatures at the end of a history: in place of the last version when nobody signed that one yet, else
 * after it. Lists may come in any order.
 *
 * @throws KolmError TRUST_INVALID for facts TRUST.md does not allow.
 */
export function draftTrust(
  versions: readonly TrustVersion[],
  facts: TrustFacts,
  hashing: Hashing,
): readonly TrustVersion[] {
  const last = versions.at(-1);
  const kept = last?.signatures.length === 0 ? versions.slice(0, -1) : versions;
  const trust = Trust.safeParse({
    format: "kolm/trust-1",
    ...facts,
    version: (kept.at(-1)?.trust.version ?? 0) + 1,
    keys: facts.keys.toSorted(byKid),
    revoked: facts.revoked.toSorted(byKid),
  });
  if (!trust.success) {
    throw new KolmError("TRUST_INVALID", `the trust file would not be valid: ${firstIssue(trust.error)}`, {
      hint: "TRUST.md §2 says what each key of a trust file may hold.",
    });
  }
  const payload = canonicalBytes(trust.data);
  return [...kept, { trust: trust.data, payload, digest: digestOf(hashing, payload), signatures: [] }];
}

/**
 * Signs the last version with a root key of it or of the version before it.
 *
 * @throws KolmError TRUST_NOT_ROOT for another key, SIGNER_BROKEN when the signature does not verify.
 */
export async function signTrust(
  versions: readonly TrustVersion[],
  signer: Signer,
  crypto: Crypto,
): Promise<readonly TrustVersion[]> {
  const last = versions.at(-1);
  const roots = versions.slice(-2).flatMap(({ trust }) => rootKeys(trust));
  if (last === undefined || !roots.some(({ kid }) => kid === signer.kid)) {
    throw new KolmError("TRUST_NOT_ROOT", `the key ${signer.kid.slice(0, 16)} is no root key of this trust file`, {
      hint: "Sign with a key whose role is root in the last version or in the one before it.",
    });
  }
  const message = preAuthEncoding(TRUST_PAYLOAD_TYPE, last.payload);
  const signature = await signer.sign(message);
  if (!(await crypto.verifyEd25519(signer.spki, message, signature))) {
    throw new KolmError("SIGNER_BROKEN", `the signer ${signer.kid.slice(0, 16)} made a signature its own key refuses`, {
      hint: "The key file or the signing device is damaged; sign with another key.",
    });
  }
  const others = last.signatures.filter(({ kid }) => kid !== signer.kid);
  return [...versions.slice(0, -1), { ...last, signatures: [...others, { kid: signer.kid, signature }] }];
}

function byKid(left: { readonly kid: string }, right: { readonly kid: string }): number {
  return left.kid < right.kid ? -1 : left.kid > right.kid ? 1 : 0;
}
