// This file defines trust.json: the versions of a trust file, oldest first, each in a DSSE envelope of its own. TRUST.md §3.
import { z } from "zod";
import { base64, fromBase64 } from "../bytes.ts";
import { canonicalBytes, parseCanonical } from "../canonical.ts";
import { digestOf } from "../digest.ts";
import { firstIssue } from "../manifest.ts";
import { kidOf } from "../receipt/bundle.ts";
import { accept, refuse } from "../verdict.ts";
import type { Hashing } from "../digest.ts";
import type { Outcome } from "../verdict.ts";
import { spkiOf, Trust } from "./trust.ts";

/** How findings name the file. */
export const TRUST_SUBJECT = "trust.json";
/** What root keys sign is of this DSSE type, so that no such signature can pass for one on a receipt. */
export const TRUST_PAYLOAD_TYPE = "application/vnd.kolm.trust.v1+json";
const MAX_TRUST_FILE = 4 * 1_048_576;

const base64Text = z.string().refine((text) => fromBase64(text) !== undefined, "not base64 in its canonical spelling");
const Signature = z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: base64Text });
const Envelope = z.strictObject({
  payloadType: z.literal(TRUST_PAYLOAD_TYPE),
  payload: base64Text,
  signatures: z
    .array(Signature)
    .max(128)
    .refine((all) => all.every(({ keyid }, at) => at === 0 || (all[at - 1]?.keyid ?? "") < keyid), {
      error: "signatures stand in order of keyid, each once",
    }),
});
const TrustFile = z.strictObject({
  format: z.literal("kolm/trust-file-1"),
  versions: z.array(Envelope).min(1).max(1024),
});

export type TrustSignature = { readonly kid: string; readonly signature: Uint8Array };
/** One version with its signatures, of which nothing is proved yet; `digest` is the payload's SHA-256 in hex. */
export type TrustVersion = {
  readonly trust: Trust;
  readonly payload: Uint8Array;
  readonly digest: string;
  readonly signatures: readonly TrustSignature[];
};

/** Reads the form of a trust file; E_LIMIT, E_JSON or E_DSSE. No signature is looked at. */
export function parseTrustFile(bytes: Uint8Array, hashing: Hashing): Outcome<readonly TrustVersion[]> {
  if (bytes.length > MAX_TRUST_FILE)
    return refuse("E_LIMIT", TRUST_SUBJECT, `trust.json has ${bytes.length} bytes, it may have ${MAX_TRUST_FILE}.`);
  const json = parseCanonical(bytes);
  if (!json.ok) return refuse("E_JSON", TRUST_SUBJECT, `trust.json ${json.reason}.`);
  const file = TrustFile.safeParse(json.value);
  if (!file.success)
    return refuse("E_DSSE", TRUST_SUBJECT, `trust.json is not a trust file: ${firstIssue(file.error)}.`);
  const versions: TrustVersion[] = [];
  for (const [at, { payload, signatures }] of file.data.versions.entries()) {
    const bytesOfPayload = fromBase64(payload) ?? new Uint8Array();
    const trust = parseTrust(bytesOfPayload, at, hashing);
    if (!trust.ok) return trust;
    versions.push({
      trust: trust.value,
      payload: bytesOfPayload,
      digest: digestOf(hashing, bytesOfPayload),
      signatures: signatures.map(({ keyid, sig }) => ({ kid: keyid, signature: fromBase64(sig) ?? new Uint8Array() })),
    });
  }
  return accept(versions);
}

/** The canonical bytes of a trust file. */
export function encodeTrustFile(versions: readonly Omit<TrustVersion, "trust" | "digest">[]): Uint8Array {
  return canonicalBytes({
    format: "kolm/trust-file-1",
    versions: versions.map(({ payload, signatures }) => ({
      payloadType: TRUST_PAYLOAD_TYPE,
      payload: base64(payload),
      signatures: signatures
        .toSorted((left, right) => (left.kid < right.kid ? -1 : 1))
        .map(({ kid, signature }) => ({ keyid: kid, sig: base64(signature) })),
    })),
  });
}

function parseTrust(payload: Uint8Array, at: number, hashing: Hashing): Outcome<Trust> {
  const place = `Entry ${at} of trust.json`;
  const json = parseCanonical(payload);
  if (!json.ok) return refuse("E_JSON", TRUST_SUBJECT, `${place} ${json.reason}.`);
  const trust = Trust.safeParse(json.value);
  if (!trust.success) return refuse("E_DSSE", TRUST_SUBJECT, `${place} breaks its schema: ${firstIssue(trust.error)}.`);
  const misnamed = trust.data.keys.find((key) => kidOf(hashing, spkiOf(key)) !== key.kid);
  if (misnamed === undefined) return accept(trust.data);
  return refuse("E_DSSE", TRUST_SUBJECT, `${place} gives the id ${misnamed.kid.slice(0, 16)} to a key of another id.`);
}
