// This file verifies an artifact under a trust file and a policy: RS-1 first, then whose key it was. TRUST.md §8.
import { openArtifact } from "../artifact/open.ts";
import { verifyArtifact } from "../artifact/verify.ts";
import type { VerifyOptions } from "../artifact/front.ts";
import type { ByteSource } from "../container/source.ts";
import type { Finding, Refusal, Verdict } from "../verdict.ts";
import { judgeMinimum, judgeSigner } from "./judge.ts";
import { judgeAnchor, type Judged, judgePolicy, type Policy } from "./policy.ts";
import { spkiOf, type Trust } from "./trust.ts";

/** What a reader believes and demands; `at` is now, as `2027-01-31T12:00:00Z`. */
export type Demands = {
  readonly at: string;
  /** As acceptTrust gave it. */
  readonly trust?: Trust | undefined;
  readonly policy?: Policy | undefined;
};

/** All keys of a trust file: which of them may sign artifacts is judged once the signature holds. */
export function trustedKeysOf({ keys }: Trust): readonly Uint8Array[] {
  return keys.map(spkiOf);
}

/** The first demand an artifact does not meet, in the order of TRUST.md §8. */
export function judge(judged: Judged, { at, trust, policy }: Demands): Refusal | undefined {
  return (
    (trust && judgeSigner(judged, trust, at)) ??
    (policy && judgeAnchor(judged, policy)) ??
    (trust && judgeMinimum(judged, trust)) ??
    (policy && judgePolicy(judged, policy))
  );
}

/** Verifies every byte as verifyArtifact does, then the signer and the demands. */
export async function verifyDemands(
  source: ByteSource,
  { at, trust, policy, ...options }: VerifyOptions & Demands,
): Promise<Verdict> {
  const keys = trust === undefined ? options : { ...options, trustedKeys: trustedKeysOf(trust) };
  const verdict = await verifyArtifact(source, keys);
  if (!verdict.passed) return verdict;
  const { manifest, id } = await openArtifact(source, keys);
  const changed: Finding = {
    code: "E_MANIFEST",
    subject: "manifest.json",
    detail: "The file changed while it was read.",
  };
  if (id !== verdict.id) return { passed: false, id, finding: changed };
  const refusal = judge({ manifest, signer: verdict.signer }, { at, trust, policy });
  return refusal === undefined ? verdict : { passed: false, id, finding: refusal.finding };
}
