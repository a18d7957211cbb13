// This file keeps an Ed25519 key in a file only its owner can read: as PKCS #8 PEM, or encrypted. TRUST.md §10.
import { constants } from "node:fs";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { copyFile, link, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { canonicalJson, fromBase64, KolmError } from "@kolm/format";
import type { KeyObject } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Signer } from "@kolm/format";
import { decryptKey, encryptKey, parseEncryptedKey } from "./key/encrypted-key.ts";
import type { AskPassphrase } from "./key/passphrase.ts";

/** A signer from a key file, and whether this call made the key. */
export type KeyFile = { readonly signer: Signer; readonly created: boolean };

/** What a key file says of itself without its passphrase. */
export type KeyFacts = { readonly kid: string; readonly spki: Uint8Array; readonly encrypted: boolean };

/** How a new key is kept: encrypted under a passphrase, or, without one, as it is. */
export type KeyProtection = { readonly passphrase?: Uint8Array | undefined; readonly logN?: number | undefined };

/**
 * Loads the key, or makes an unencrypted one when there is none; callers that race all get the same key.
 *
 * @throws KolmError as loadKeyFile does, except for a missing file.
 */
export async function loadOrCreateKeyFile(path: string, ask?: AskPassphrase): Promise<KeyFile> {
  try {
    return { signer: await loadKeyFile(path, ask), created: false };
  } catch (error) {
    if (!(error instanceof KolmError) || error.code !== "KEY_MISSING") throw error;
  }
  const created = await createKeyFile(path);
  return { signer: await loadKeyFile(path, ask), created };
}

/**
 * Loads the key as a signer; the private part never leaves it.
 *
 * @throws KolmError KEY_MISSING, KEY_EXPOSED (others may read the file), KEY_UNREADABLE (no Ed25519 key), KEY_LOCKED (an encrypted key and no
 *   passphrase, or a wrong one).
 */
export async function loadKeyFile(path: string, ask?: AskPassphrase): Promise<Signer> {
  return parseKeyText(await readKeyFile(path), path, ask);
}

/** The key in the text of a key file, wherever that came from; `name` is how errors call it. */
export async function parseKeyText(text: string, name: string, ask?: AskPassphrase): Promise<Signer> {
  if (!text.startsWith("{")) return signerOf(parseKey(text, name));
  const encrypted = parseEncryptedKey(text, name);
  if (ask === undefined) throw locked(name, "needs its passphrase");
  const pkcs8 = await decryptKey(encrypted, await ask(`passphrase of ${name}`));
  if (pkcs8 === undefined) throw locked(name, "does not open with this passphrase");
  const signer = signerOf(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  pkcs8.fill(0);
  return signer;
}

/** Whose key a file holds; of an encrypted one as it states itself, unproved. */
export async function describeKeyFile(path: string): Promise<KeyFacts> {
  const text = await readKeyFile(path);
  if (!text.startsWith("{")) {
    const { kid, spki } = signerOf(parseKey(text, path));
    return { kid, spki, encrypted: false };
  }
  const { kid, spki } = parseEncryptedKey(text, path);
  return { kid, spki: fromBase64(spki) ?? new Uint8Array(), encrypted: true };
}

/** Makes a key file unless the path exists; says whether it did. The key appears at its path whole or not at all. */
export async function createKeyFile(path: string, protection: KeyProtection = {}): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  const { privateKey } = generateKeyPairSync("ed25519");
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      // Whatever the umask took away, the owner can read it.
      await file.chmod(0o600);
      await file.writeFile(await textOf(privateKey, protection));
      await file.sync();
    } finally {
      await file.close();
    }
    await placeKey(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A link or an exclusive copy, unlike a rename, fails when somebody else's key is there already. */
async function placeKey(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw error;
    // File systems without hard links.
    await copyFile(temporary, path, constants.COPYFILE_EXCL);
  }
}

async function textOf(key: KeyObject, { passphrase, logN }: KeyProtection): Promise<string> {
  if (passphrase === undefined) return key.export({ format: "pem", type: "pkcs8" }).toString();
  const { kid, spki } = signerOf(key);
  const pkcs8 = key.export({ format: "der", type: "pkcs8" });
  return `${canonicalJson(await encryptKey({ kid, spki, pkcs8 }, passphrase, logN))}\n`;
}

async function readKeyFile(path: string): Promise<string> {
  const file = await openKey(path);
  try {
    await checkPrivate(file, path);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openKey(path: string): Promise<FileHandle> {
  try {
    // O_NONBLOCK: a pipe put at the path must not make us wait.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const missing = codeOf(error) === "ENOENT";
    const why = missing ? "does not exist" : "cannot be opened";
    throw new KolmError(missing ? "KEY_MISSING" : "KEY_UNREADABLE", `the key file ${path} ${why}`, {
      hint: missing ? "Compiling makes a development key; for your own, give its path." : "Check who owns the file.",
      place: { file: path },
      cause: error,
    });
  }
}

/** Judged on the open file, so that it cannot be swapped in between. */
async function checkPrivate(file: FileHandle, path: string): Promise<void> {
  const facts = await file.stat();
  if (!facts.isFile() || facts.size > 4096) throw unreadable(path);
  // Windows has no permission bits to judge.
  if (process.platform === "win32") return;
  const mode = facts.mode & 0o777;
  if ((mode & 0o077) !== 0) {
    const found = `has mode ${mode.toString(8).padStart(4, "0")}, so that others than its owner can reach it`;
    throw new KolmError("KEY_EXPOSED", `the key file ${path} ${found}`, {
      hint: `Run \`chmod 600 ${path}\`; if others may have read the key, delete it and make a new one.`,
      place: { file: path },
    });
  }
}

function parseKey(pem: string, path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: "pem" });
  } catch {
    // The cause is left out: its text could quote the key.
    throw unreadable(path);
  }
  if (key.asymmetricKeyType !== "ed25519") throw unreadable(path);
  return key;
}

function unreadable(path: string): KolmError {
  return new KolmError(
    "KEY_UNREADABLE",
    `the key file ${path} does not hold an unencrypted Ed25519 private key in PEM`,
    {
      hint: "Make one with `openssl genpkey -algorithm ed25519 -out KEY && chmod 600 KEY`, or delete the file to get a new one.",
      place: { file: path },
    },
  );
}

function locked(path: string, why: string): KolmError {
  return new KolmError("KEY_LOCKED", `the key ${path} is encrypted and ${why}`, {
    hint: "Type it when asked, or give it by a descriptor: KOLM_PASSPHRASE_FD=3 kolm … 3< passphrase-file.",
  });
}

function signerOf(key: KeyObject): Signer {
  const spki = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
  const kid = createHash("sha256").update(spki).digest("hex");
  return { kid, spki, sign: async (bytes) => new Uint8Array(sign(null, bytes, key)) };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
