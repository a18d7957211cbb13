// This file keeps an Ed25519 development key in a file only its owner can read, as unencrypted PKCS #8 PEM.
import { constants } from "node:fs";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { copyFile, link, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { KolmError } from "@kolm/format";
import type { KeyObject } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Signer } from "@kolm/format";

/** A signer from a key file, and whether this call made the key. */
export type KeyFile = { readonly signer: Signer; readonly created: boolean };

/**
 * Loads the key, or makes one when there is none; callers that race all get the same key.
 *
 * @throws KolmError as loadKeyFile does, except for a missing file.
 */
export async function loadOrCreateKeyFile(path: string): Promise<KeyFile> {
  try {
    return { signer: await loadKeyFile(path), created: false };
  } catch (error) {
    if (!(error instanceof KolmError) || error.code !== "KEY_MISSING") throw error;
  }
  const created = await createKeyFile(path);
  return { signer: await loadKeyFile(path), created };
}

/**
 * Loads the key as a signer; the private part never leaves it.
 *
 * @throws KolmError KEY_MISSING, KEY_EXPOSED (others may read the file), KEY_UNREADABLE (no Ed25519 key in PEM).
 */
export async function loadKeyFile(path: string): Promise<Signer> {
  const file = await openKey(path);
  try {
    await checkPrivate(file, path);
    return signerOf(parseKey(await file.readFile("utf8"), path));
  } finally {
    await file.close();
  }
}

/** Makes a key file unless the path exists; says whether it did. The key appears at its path whole or not at all. */
async function createKeyFile(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  const { privateKey } = generateKeyPairSync("ed25519");
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      // Whatever the umask took away, the owner can read it.
      await file.chmod(0o600);
      await file.writeFile(privateKey.export({ format: "pem", type: "pkcs8" }));
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

function signerOf(key: KeyObject): Signer {
  const spki = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
  const kid = createHash("sha256").update(spki).digest("hex");
  return { kid, spki, sign: async (bytes) => new Uint8Array(sign(null, bytes, key)) };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
