// This file keeps a private key under a passphrase: scrypt and AES-256-GCM in a small JSON object. TRUST.md §10.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { base64, canonicalBytes, fromBase64, KolmError, utf8 } from "@kolm/format";
import { z } from "zod";

const bytes = (length: number) =>
  z.string().refine((text) => fromBase64(text)?.length === length, `not ${length} bytes in base64`);

const Header = z.strictObject({
  format: z.literal("kolm/key-1"),
  kid: z.string().regex(/^[0-9a-f]{64}$/),
  spki: bytes(44),
  // Bounds on the work a file from elsewhere can ask for: 2^20 takes a gigabyte.
  kdf: z.strictObject({
    name: z.literal("scrypt"),
    logN: z.int().min(10).max(20),
    r: z.literal(8),
    p: z.literal(1),
    salt: bytes(32),
  }),
  cipher: z.strictObject({ name: z.literal("aes-256-gcm"), nonce: bytes(12) }),
});
type Header = z.infer<typeof Header>;
const EncryptedKey = Header.extend({ sealed: z.string().refine((text) => (fromBase64(text)?.length ?? 0) > 16) });
/** An encrypted key file: whose key it is can be read by anybody, the key itself with the passphrase only. */
export type EncryptedKey = z.infer<typeof EncryptedKey>;

export type PlainKey = { readonly kid: string; readonly spki: Uint8Array; readonly pkcs8: Uint8Array };
const TAG = 16;

/** Encrypts PKCS #8 DER; `logN` is scrypt's cost as a power of two (17 takes 128 MiB and some tenths of a second). */
export async function encryptKey(
  { kid, spki, pkcs8 }: PlainKey,
  passphrase: Uint8Array,
  logN = 17,
): Promise<EncryptedKey> {
  const header: Header = {
    format: "kolm/key-1",
    kid,
    spki: base64(spki),
    kdf: { name: "scrypt", logN, r: 8, p: 1, salt: base64(randomBytes(32)) },
    cipher: { name: "aes-256-gcm", nonce: base64(randomBytes(12)) },
  };
  const cipher = createCipheriv("aes-256-gcm", await keyOf(header, passphrase), decoded(header.cipher.nonce));
  cipher.setAAD(canonicalBytes(header));
  const sealed = Buffer.concat([cipher.update(pkcs8), cipher.final(), cipher.getAuthTag()]);
  return { ...header, sealed: base64(sealed) };
}

/** PKCS #8 DER of an encrypted key; undefined when the passphrase is another or the file was changed. */
export async function decryptKey(
  { sealed, ...header }: EncryptedKey,
  passphrase: Uint8Array,
): Promise<Buffer | undefined> {
  const all = decoded(sealed);
  const cipher = createDecipheriv("aes-256-gcm", await keyOf(header, passphrase), decoded(header.cipher.nonce));
  cipher.setAAD(canonicalBytes(header)).setAuthTag(all.subarray(-TAG));
  try {
    return Buffer.concat([cipher.update(all.subarray(0, -TAG)), cipher.final()]);
  } catch {
    // What OpenSSL says about a wrong tag adds nothing.
    return undefined;
  }
}

/** KolmError KEY_UNREADABLE for what is no encrypted key of ours; the text is never quoted. */
export function parseEncryptedKey(text: string, path: string): EncryptedKey {
  try {
    return EncryptedKey.parse(JSON.parse(text));
  } catch {
    throw new KolmError("KEY_UNREADABLE", `the key file ${path} is no encrypted key of kolm`, {
      hint: "Make one with `kolm keys create <name>`, or restore the file from where you keep a copy.",
      place: { file: path },
    });
  }
}

function keyOf({ kdf }: Header, passphrase: Uint8Array): Promise<Buffer> {
  const N = 2 ** kdf.logN;
  return new Promise((resolve, reject) => {
    // 128 * N * r bytes are needed; Node's own bound is below that.
    scrypt(passphrase, decoded(kdf.salt), 32, { N, r: 8, p: 1, maxmem: 130 * N * 8 + 1_048_576 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function decoded(text: string): Uint8Array {
  return fromBase64(text) ?? utf8("");
}
