// This file encrypts the records of a side index with AES-256-GCM (NIST SP 800-38D), each under a nonce of its own.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { SideCipher } from "@kolm/runtime";

const NONCE = 12;
const TAG = 16;

/** Sealed: 12 bytes of random nonce, the ciphertext, 16 bytes of tag; the place is authenticated. Names are HMAC-SHA-256 of sources. */
export function gcmCipher(secret: Uint8Array): SideCipher {
  const keys = { seal: derived(secret, "kolm/side/seal"), name: derived(secret, "kolm/side/name") };
  return {
    name: async (source) => createHmac("sha256", keys.name).update(source).digest("hex"),
    seal: async (plain, place) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", keys.seal, nonce).setAAD(Buffer.from(place));
      return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    },
    open: async (sealed, place) => {
      if (sealed.length < NONCE + TAG) return undefined;
      const cipher = createDecipheriv("aes-256-gcm", keys.seal, sealed.subarray(0, NONCE));
      cipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-TAG));
      try {
        return new Uint8Array(Buffer.concat([cipher.update(sealed.subarray(NONCE, -TAG)), cipher.final()]));
      } catch {
        // What OpenSSL says about a wrong tag adds nothing.
        return undefined;
      }
    },
  };
}

/** HKDF-SHA-256 (RFC 5869). */
const derived = (secret: Uint8Array, info: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(32), info, 32));
