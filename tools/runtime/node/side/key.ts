// This file opens or makes the key of a side index: scrypt over a passphrase, or 32 bytes that are given.
import { readFileSync } from "node:fs";
import { randomBytes, scrypt } from "node:crypto";
import { join } from "node:path";
import { base64, canonicalJson, fromBase64, KolmError, utf8 } from "@kolm/format";
import { type AskPassphrase, nodeCrypto, writeFileAtomically } from "@kolm/format/node";
import { noCipher, type SideCipher } from "@kolm/runtime";
import { z } from "zod";
import { gcmCipher } from "./cipher.ts";

const bytes = (least: number) =>
  z.string().refine((text) => (fromBase64(text)?.length ?? 0) >= least, `not ${least} bytes in base64`);

const Settings = z.strictObject({
  version: z.literal(1),
  cipher: z
    .strictObject({
      name: z.literal("aes-256-gcm"),
      // Bounds on the work a folder from elsewhere can ask for: 2^20 takes a gigabyte.
      kdf: z
        .strictObject({
          name: z.literal("scrypt"),
          logN: z.int().min(10).max(20),
          r: z.literal(8),
          p: z.literal(1),
          salt: bytes(32),
        })
        .nullable(),
      /** A known text, sealed: tells a wrong key at once. */
      check: bytes(28),
    })
    .nullable(),
});
type Settings = z.infer<typeof Settings>;
type Cipher = NonNullable<Settings["cipher"]>;

export type SideKey = {
  /** 32 bytes. */
  readonly key?: Uint8Array | undefined;
  /** Asked when the index is under a passphrase, or is to be. */
  readonly passphrase?: AskPassphrase | undefined;
  /** A new index is encrypted under a passphrase. */
  readonly encrypt?: boolean | undefined;
  /** scrypt's cost for a new index, as a power of two; 17 (128 MiB, some tenths of a second) by default. */
  readonly logN?: number | undefined;
};

const FILE = "side.json";
const CHECK = utf8("kolm/side/1");

/** The cipher of the index in the folder; `create`: settles it where nothing is yet. KolmError SIDE_LOCKED, SIDE_KEY, SIDE_DAMAGED. */
export async function openSideCipher(folder: string, given: SideKey, create: boolean): Promise<SideCipher> {
  const settings = readSettings(folder);
  if (settings === undefined) return create ? settle(folder, given) : noCipher(nodeCrypto);
  if (settings.cipher === null) {
    if (given.key === undefined && given.encrypt !== true) return noCipher(nodeCrypto);
    throw new KolmError("SIDE_KEY", `the side index in ${folder} is not encrypted, and a key was given for it`, {
      hint: "Leave the key out; or delete the folder and add the files again with the key.",
    });
  }
  const { kdf, check } = settings.cipher;
  const cipher = gcmCipher(await keyOf(folder, kdf, given));
  if ((await cipher.open(fromBase64(check) ?? utf8(""), "check")) !== undefined) return cipher;
  throw locked(folder, kdf === null ? "does not open with this key" : "does not open with this passphrase", kdf);
}

async function settle(folder: string, { key, passphrase, encrypt, logN = 17 }: SideKey): Promise<SideCipher> {
  if (key === undefined && encrypt !== true) {
    await writeSettings(folder, { version: 1, cipher: null });
    return noCipher(nodeCrypto);
  }
  const kdf = key === undefined ? ({ name: "scrypt", logN, r: 8, p: 1, salt: base64(randomBytes(32)) } as const) : null;
  const cipher = gcmCipher(await keyOf(folder, kdf, { key, passphrase }));
  const check = base64(await cipher.seal(CHECK, "check"));
  await writeSettings(folder, { version: 1, cipher: { name: "aes-256-gcm", kdf, check } });
  return cipher;
}

async function keyOf(folder: string, kdf: Cipher["kdf"], { key, passphrase }: SideKey): Promise<Uint8Array> {
  if (kdf === null) {
    if (key === undefined) throw locked(folder, "needs its key", kdf);
    if (key.length === 32) return key;
    throw new KolmError("SIDE_KEY", `a key has 32 bytes, this one has ${key.length}`, {
      hint: "Make one with `openssl rand -out side.key 32 && chmod 600 side.key`.",
    });
  }
  if (key !== undefined) throw locked(folder, "is under a passphrase, not under a key", kdf);
  if (passphrase === undefined) throw locked(folder, "needs its passphrase", kdf);
  const secret = await passphrase(`passphrase of ${folder}`);
  const { logN, salt } = kdf;
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    // 128 * N * r bytes are needed; Node's own bound is below that.
    const options = { N, r: 8, p: 1, maxmem: 130 * N * 8 + 1_048_576 };
    scrypt(secret, fromBase64(salt) ?? utf8(""), 32, options, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
}

function readSettings(folder: string): Settings | undefined {
  const file = join(folder, FILE);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return Settings.parse(JSON.parse(text));
  } catch (cause) {
    throw new KolmError("SIDE_DAMAGED", `${file} does not say how a side index is kept`, {
      hint: "Restore the file from where you keep a copy: without it nothing in the folder can be read.",
      place: { file },
      cause,
    });
  }
}

async function writeSettings(folder: string, settings: Settings): Promise<void> {
  const text = Buffer.from(`${canonicalJson(settings)}\n`);
  await writeFileAtomically(join(folder, FILE), [text], { mode: 0o600 });
}

function locked(folder: string, why: string, kdf: Cipher["kdf"]): KolmError {
  return new KolmError("SIDE_LOCKED", `the side index in ${folder} is encrypted and ${why}`, {
    hint:
      kdf === null
        ? "Give its 32 bytes with --key-file <file> or --key-fd <number>."
        : "Type it when asked, or give it by a descriptor: KOLM_PASSPHRASE_FD=3 kolm … 3< passphrase-file.",
    place: { file: folder },
  });
}
