// This file puts one signed statement into a Sigstore bundle (v0.3, DSSE) in one canonical spelling. SPEC.md §9.
import { z } from "zod";
import { concatBytes, fromBase64, base64, hex, utf8 } from "../bytes.ts";
import { canonicalBytes, parseCanonical } from "../canonical.ts";
import { sha256Of } from "../digest.ts";
import { KolmError } from "../errors.ts";
import { firstIssue } from "../manifest.ts";
import { accept, refuse } from "../verdict.ts";
import type { Crypto, Hashing } from "../digest.ts";
import type { Outcome } from "../verdict.ts";

const MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";

/** What makes signatures: a key file, a keyring, a device. */
export interface Signer {
  /** SHA-256 of `spki` in lower-case hex. */
  readonly kid: string;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

const base64Text = z.string().refine((text) => fromBase64(text) !== undefined, "not base64 in its canonical spelling");

/** receipt/bundle.json and seal/*.json: a Sigstore bundle v0.3 of one DSSE signature. */
export const Bundle = z.strictObject({
  mediaType: z.literal(MEDIA_TYPE),
  verificationMaterial: z.strictObject({ publicKey: z.strictObject({ hint: z.string().regex(/^[0-9a-f]{64}$/) }) }),
  dsseEnvelope: z.strictObject({
    payloadType: z.literal(PAYLOAD_TYPE),
    payload: base64Text,
    signatures: z.tuple([z.strictObject({ keyid: z.string(), sig: base64Text })]),
  }),
});

/** A bundle taken apart; nothing in it is proved yet, and `kid` is no more than a hint at the key to check with. */
export type Envelope = { readonly kid: string; readonly payload: Uint8Array; readonly signature: Uint8Array };

/** kid of a public key: lower-case hex SHA-256 of its DER. */
export function kidOf(hashing: Hashing, spki: Uint8Array): string {
  return hex(sha256Of(hashing, spki));
}

/** What DSSE signs: "DSSEv1" SP len(type) SP type SP len(body) SP body. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/**
 * Signs a payload; the bundle's bytes depend on payload and key only.
 *
 * @throws KolmError SIGNER_BROKEN when the signature does not verify under the signer's own public key.
 */
export async function signBundle(payload: Uint8Array, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  const message = preAuthEncoding(PAYLOAD_TYPE, payload);
  const signature = await signer.sign(message);
  const sound =
    signer.kid === kidOf(crypto, signer.spki) && (await crypto.verifyEd25519(signer.spki, message, signature));
  if (!sound) {
    throw new KolmError("SIGNER_BROKEN", `the signer ${signer.kid.slice(0, 16)} made a signature its own key refuses`, {
      hint: "The key file or the signing device is damaged; sign with another key.",
    });
  }
  return canonicalBytes({
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: signer.kid } },
    dsseEnvelope: {
      payloadType: PAYLOAD_TYPE,
      payload: base64(payload),
      signatures: [{ keyid: signer.kid, sig: base64(signature) }],
    },
  });
}

/** Takes a bundle apart; `path` names it in what is found wrong. */
export function parseBundle(bytes: Uint8Array, path: string): Outcome<Envelope> {
  const json = parseCanonical(bytes);
  if (!json.ok) return refuse("E_JSON", path, `${path} ${json.reason}.`);
  const bundle = Bundle.safeParse(json.value);
  if (!bundle.success)
    return refuse("E_DSSE", path, `${path} is not a bundle of one signature: ${firstIssue(bundle.error)}.`);
  const { dsseEnvelope, verificationMaterial } = bundle.data;
  const [{ keyid, sig }] = dsseEnvelope.signatures;
  const kid = verificationMaterial.publicKey.hint;
  if (keyid !== kid)
    return refuse("E_DSSE", path, `${path} names two keys, ${kid.slice(0, 16)} and ${keyid.slice(0, 16)}.`);
  const [payload, signature] = [fromBase64(dsseEnvelope.payload), fromBase64(sig)];
  if (payload === undefined || signature === undefined) return refuse("E_DSSE", path, `${path} holds broken base64.`);
  return accept({ kid, payload, signature });
}
