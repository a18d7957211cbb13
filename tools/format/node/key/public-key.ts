// This file reads public keys from PEM and writes them.
import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { KolmError } from "@kolm/format";

/** The DER of an Ed25519 public key in PEM; KolmError KEY_UNREADABLE. */
export async function readPublicKey(path: string): Promise<Uint8Array> {
  try {
    const text = await readFile(path, "utf8");
    // OpenSSL would take a private key here too and hide that somebody passes one around.
    const key = text.includes("PRIVATE KEY") ? undefined : createPublicKey(text);
    if (key?.asymmetricKeyType === "ed25519") return new Uint8Array(key.export({ type: "spki", format: "der" }));
  } catch {
    // The cause is left out: its text could quote a key.
  }
  throw new KolmError("KEY_UNREADABLE", `${path} holds no Ed25519 public key in PEM`, {
    hint: "Make one with `kolm keys export <name>`, or `openssl pkey -in key.pem -pubout`.",
    place: { file: path },
  });
}

/** PEM of a public key. */
export function publicPem(spki: Uint8Array): string {
  return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" })
    .export({ type: "spki", format: "pem" })
    .toString();
}
