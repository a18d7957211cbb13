// This file makes signing keys for tests.
import { generateKeyPairSync, sign } from "node:crypto";
import { kidOf, type Signer } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";

/** A fresh key in memory. */
export function newProducer(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const spki = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
  return { kid: kidOf(nodeCrypto, spki), spki, sign: async (bytes) => new Uint8Array(sign(null, bytes, privateKey)) };
}
