// This file makes a named key in the user's configuration folder, and lists those there are.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { KolmError } from "@kolm/format";
import { type AskPassphrase, configFolder, createKeyFile, describeKeyFile, type KeyFacts } from "@kolm/format/node";

export type NamedKey = KeyFacts & { readonly name: string; readonly file: string };
const LEAST = 8;

/** KolmError KEY_NAME, KEY_EXISTS, PASSPHRASE_SHORT or PASSPHRASE_DIFFERS. Without `ask` the key is not encrypted. */
export async function makeKey(name: string, ask: AskPassphrase | undefined): Promise<NamedKey> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new KolmError("KEY_NAME", `a key's name is lower-case letters, digits and -, found ${JSON.stringify(name)}`);
  const there = (await listKeys()).find((key) => key.name === name);
  if (there !== undefined) throw taken(there.file);
  const passphrase = ask && (await choosePassphrase(name, ask));
  const file = join(keysFolder(), `${name}${passphrase === undefined ? ".pem" : ".key"}`);
  if (!(await createKeyFile(file, { passphrase }))) throw taken(file);
  return { name, file, ...(await describeKeyFile(file)) };
}

/** By name; what cannot be read as a key is an error that names its file. */
export async function listKeys(): Promise<readonly NamedKey[]> {
  const files = await readdir(keysFolder()).catch((): string[] => []);
  const keys: NamedKey[] = [];
  for (const name of files.filter((one) => /^[a-z0-9][a-z0-9-]*\.(?:key|pem)$/.test(one)).sort()) {
    const file = join(keysFolder(), name);
    keys.push({ name: name.slice(0, -".key".length), file, ...(await describeKeyFile(file)) });
  }
  return keys;
}

async function choosePassphrase(name: string, ask: AskPassphrase): Promise<Uint8Array> {
  const first = await ask(`new passphrase for ${name}`);
  if (first.length < LEAST)
    throw new KolmError("PASSPHRASE_SHORT", `the passphrase has ${first.length} bytes, at least ${LEAST} are needed`, {
      hint: "Four or more random words are good; --plain makes a key without one.",
    });
  if (Buffer.compare(first, await ask("the same again")) === 0) return first;
  throw new KolmError("PASSPHRASE_DIFFERS", "the two passphrases differ; no key was made");
}

function keysFolder(): string {
  return join(configFolder(), "keys");
}

function taken(file: string): KolmError {
  return new KolmError("KEY_EXISTS", `there is a key already: ${file}`, {
    hint: "Choose another name; a key that signed something is kept for ever, its windows in the trust file end.",
    place: { file },
  });
}
