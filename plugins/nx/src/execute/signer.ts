// This file opens the key that signing: in kolm.workspace.yaml names: a key file, one lent or inherited, or a command that signs.
import { isAbsolute, join } from "node:path";
import { KolmError, type Signer } from "@kolm/format";
import {
  borrowSigner,
  configFolder,
  loadKeyFile,
  loadOrCreateKeyFile,
  parseKeyText,
  passphraseFrom,
  readDescriptor,
} from "@kolm/format/node";
import { exists } from "@kolm/stage";
import { openCommandSigner } from "./command-signer.ts";

/** What a person wrote: the key, and for a command the file with its public key. */
export type SigningKey = { readonly key: string; readonly publicKey?: string | undefined };

/**
 * Opens a key. `development` is made on first use in the user's configuration folder; `keys:<name>` is one made by `kolm keys create`;
 * `command:<program …>` signs by a program; anything else is a path from `root`. Environment variables name descriptors and sockets, never secrets:
 * KOLM_SIGNER (a signer lent by the parent process) and KOLM_SIGNING_KEY_FD (a descriptor with a key file) come first.
 */
export async function openSigner({ key, publicKey }: SigningKey, root: string): Promise<Signer> {
  const { KOLM_SIGNER: lent, KOLM_SIGNING_KEY_FD: descriptor } = process.env;
  if (lent !== undefined) return borrowSigner(lent);
  const ask = passphraseFrom(process.env["KOLM_PASSPHRASE_FD"]);
  if (descriptor !== undefined)
    return parseKeyText(readDescriptor(descriptor).toString("utf8"), `of descriptor ${descriptor}`, ask);
  return openNamedKey({ key, publicKey }, root);
}

/** As openSigner, without regard to what the parent process lends. */
export async function openNamedKey({ key, publicKey }: SigningKey, root: string): Promise<Signer> {
  const ask = passphraseFrom(process.env["KOLM_PASSPHRASE_FD"]);
  const resolve = (path: string): string => (isAbsolute(path) ? path : join(root, path));
  if (key.startsWith("command:"))
    return openCommandSigner(
      key.slice("command:".length),
      publicKey === undefined ? undefined : resolve(publicKey),
      root,
    );
  if (key.startsWith("keys:")) return loadKeyFile(await keyFileOf(key.slice("keys:".length)), ask);
  if (key !== "development") return (await loadOrCreateKeyFile(resolve(key), ask)).signer;
  const path = join(configFolder(), "keys", "development.pem");
  const { signer, created } = await loadOrCreateKeyFile(path);
  if (created) {
    process.stderr.write(
      `  made a development signing key: ${path}\n` +
        `  It proves that artifacts came from this account, not who you are; keep it to yourself, and name a release key under signing: for what you ship.\n`,
    );
  }
  return signer;
}

/** The file of a key by its name: encrypted ones end in .key, others in .pem; KolmError KEY_MISSING. */
export async function keyFileOf(name: string): Promise<string> {
  const folder = join(configFolder(), "keys");
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    for (const ending of [".key", ".pem"])
      if (await exists(join(folder, name + ending))) return join(folder, name + ending);
  throw new KolmError("KEY_MISSING", `there is no key ${JSON.stringify(name)} in ${folder}`, {
    hint: "`kolm keys list` shows those there are, `kolm keys create <name>` makes one.",
  });
}
