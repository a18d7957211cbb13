// This file gives the format the cryptography of WebCrypto, and plain JavaScript where WebCrypto has none: one policy for both.
import { portableHashing } from "../digest.ts";
import { isStrictEd25519, rawEd25519 } from "../receipt/ed25519.ts";
import { verifyEd25519Portable } from "./curve.ts";
import type { Crypto } from "../digest.ts";

/** What of SubtleCrypto is used. */
export type SubtleLike = {
  digest(algorithm: "SHA-256", bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  importKey(
    format: "raw",
    key: Uint8Array<ArrayBuffer>,
    algorithm: "Ed25519",
    extractable: boolean,
    usages: "verify"[],
  ): Promise<unknown>;
  verify(
    algorithm: "Ed25519",
    key: never,
    signature: Uint8Array<ArrayBuffer>,
    message: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
};

/** All of it in plain JavaScript. */
export const portableCrypto: Crypto = { ...portableHashing, verifyEd25519: verifyEd25519Portable };

/**
 * The crypto port on `globalThis.crypto.subtle`. Chunks are hashed by it; SHA-256 of what comes in pieces, HMAC and CRC-32
 * are plain JavaScript, since WebCrypto hashes whole buffers only. Signatures it accepts are checked once more in
 * plain JavaScript: engines differ on points of mixed order, SPEC.md §9.3 does not.
 */
export function webCrypto(subtle: SubtleLike): Crypto {
  return {
    ...portableHashing,
    digest: async (bytes) => new Uint8Array(await subtle.digest("SHA-256", owned(bytes))),
    verifyEd25519: async (spki, message, signature) => {
      const key = rawEd25519(spki);
      if (key === undefined || !isStrictEd25519(spki, signature)) return false;
      return (await saysNo(subtle, { key, message, signature }))
        ? false
        : verifyEd25519Portable(spki, message, signature);
    },
  };
}

type Claim = { readonly key: Uint8Array; readonly message: Uint8Array; readonly signature: Uint8Array };

/** True where the engine knows Ed25519 and refuses; false where it accepts or does not know it. */
async function saysNo(subtle: SubtleLike, { key, message, signature }: Claim): Promise<boolean> {
  try {
    // The key goes back to the very engine it came from.
    const imported = (await subtle.importKey("raw", owned(key), "Ed25519", false, ["verify"])) as never;
    return !(await subtle.verify("Ed25519", imported, owned(signature), owned(message)));
  } catch {
    return false;
  }
}

/** WebCrypto takes no view over shared memory. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.slice();
}
