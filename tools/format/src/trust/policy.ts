// This file defines what a reader demands beyond a valid signature, and judges an artifact by it. TRUST.md §7.
import { z } from "zod";
import type { Manifest } from "../manifest.ts";
import { refuse } from "../verdict.ts";
import type { Refusal, SignerStanding } from "../verdict.ts";

export const Policy = z.strictObject({
  format: z.literal("kolm/policy-1"),
  /** The signer must be trusted, by a trust file or a key that was given. */
  trustedSigner: z.boolean().default(true),
  /** A log must have recorded the artifact. */
  anchor: z.boolean().default(false),
  /** The least K-score, as a decimal. */
  minimumK: z
    .string()
    .regex(/^(?:0(?:\.[0-9]{1,15})?|1(?:\.0{1,15})?)$/, "a decimal from 0 to 1 as a string")
    .optional(),
  /** Whether a layer may be marked as sensitive. */
  sensitiveLayers: z.boolean().default(true),
});
/** What a reader demands of every artifact. */
export type Policy = z.infer<typeof Policy>;

/** What is known of an artifact whose signature holds. */
export type Judged = {
  readonly manifest: Manifest;
  readonly signer: SignerStanding;
  /** When a log that the reader trusts first recorded it; undefined when none proved that it did. */
  readonly anchoredAt?: string | undefined;
};

/** E_ANCHOR_MISSING where an anchor is demanded and none was proved. */
export function judgeAnchor({ anchoredAt }: Judged, { anchor }: Policy): Refusal | undefined {
  if (!anchor || anchoredAt !== undefined) return undefined;
  const detail = "The policy demands an anchor, and no log this verifier can judge has recorded the artifact.";
  return refuse("E_ANCHOR_MISSING", "seal/anchor.tlog-proof", detail);
}

/** E_POLICY for the first demand that is not met: signer, K-score, sensitive layers. */
export function judgePolicy({ manifest, signer }: Judged, policy: Policy): Refusal | undefined {
  if (policy.trustedSigner && signer.standing !== "trusted") {
    const detail = `The policy demands a trusted signer; the key ${signer.kid.slice(0, 16)} vouches for itself only.`;
    return refuse("E_POLICY", "receipt/bundle.json", detail);
  }
  return judgeK(manifest, policy.minimumK) ?? judgeSensitive(manifest, policy.sensitiveLayers);
}

function judgeK({ kscore }: Manifest, minimum: string | undefined): Refusal | undefined {
  if (minimum === undefined) return undefined;
  const k = kscore?.["k"];
  if (k !== undefined && Number(k) >= Number(minimum)) return undefined;
  const found = k === undefined ? "states no K-score" : `states K ${k}`;
  return refuse("E_POLICY", "manifest.json", `The policy demands K ${minimum} or more; the artifact ${found}.`);
}

function judgeSensitive({ layers }: Manifest, allowed: boolean): Refusal | undefined {
  const layer = allowed ? undefined : layers.find(({ sensitive }) => sensitive === true);
  if (layer === undefined) return undefined;
  return refuse("E_POLICY", layer.path, `The policy allows no sensitive layers; ${layer.path} is one.`);
}
