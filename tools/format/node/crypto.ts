// This file gives the format the cryptography of node:crypto, strict where OpenSSL is lenient.
import { createHash, createHmac, createPublicKey, verify } from "node:crypto";
import { crc32 } from "node:zlib";
import { isStrictEd25519 } from "@kolm/format";
import type { Crypto } from "@kolm/format";

/** The crypto port on Node; Ed25519 refuses S >= L and non-canonical or small-order A and R before OpenSSL sees them. */
export const nodeCrypto: Crypto = {
  sha256: () => createHash("sha256"),
  hmacSha256: (key, message) => createHmac("sha256", key).update(message).digest(),
  crc32,
  verifyEd25519: (spki, message, signature) => {
    if (!isStrictEd25519(spki, signature)) return false;
    try {
      const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
      return verify(null, message, key, signature);
    } catch {
      // OpenSSL throws for a key that is no point of the curve.
      return false;
    }
  },
};
