// This file is `kolm keys`: the signing keys in the user's configuration folder.
import { KolmError } from "@kolm/format";
import { describeKeyFile, passphraseFrom, publicPem, writeFileAtomically } from "@kolm/format/node";
import type { Command } from "../../command.ts";
import { listKeys, makeKey, type NamedKey } from "../../keys/new-key.ts";

export const keys: Command = {
  name: "keys",
  summary: "Makes, lists and exports signing keys; trust in them is `kolm trust`.",
  operands: [
    { name: "action", required: true, summary: "create, list, show or export (the public key, as PEM)" },
    { name: "name", required: false, summary: "the key's name" },
  ],
  flags: {
    plain: { type: "boolean", summary: "create: without a passphrase, for development" },
    out: { type: "string", value: "<file>", summary: "export: write the PEM here instead of printing it" },
  },
  examples: [
    "kolm keys create release",
    "KOLM_PASSPHRASE_FD=3 kolm keys create release 3< passphrase-file",
    "kolm keys export release --out release.pub.pem",
  ],
  run: async ({ operands: [action = "", name], flags }) => {
    const json = flags["json"] === true;
    if (action === "list") {
      const all = (await listKeys()).map(recordOf);
      if (json) console.log(JSON.stringify({ keys: all }));
      else for (const key of all) console.log(lineOf(key));
      return 0;
    }
    if (name === undefined) throw usage(`kolm keys ${action} needs a name`);
    if (action === "create") {
      const ask = flags["plain"] === true ? undefined : passphraseFrom(process.env["KOLM_PASSPHRASE_FD"]);
      show(await makeKey(name, ask), json);
    } else if (action === "show") show(await named(name), json);
    else if (action === "export") await exportKey(name, flags["out"]);
    else throw usage(`kolm keys has no action "${action}"`);
    return 0;
  },
};

async function named(name: string): Promise<NamedKey> {
  const { keyFileOf } = await import("@kolm/nx");
  const file = await keyFileOf(name);
  return { name, file, ...(await describeKeyFile(file)) };
}

async function exportKey(name: string, out: string | boolean | undefined): Promise<void> {
  const pem = publicPem((await named(name)).spki);
  if (typeof out !== "string") return console.log(pem.trimEnd());
  await writeFileAtomically(out, [Buffer.from(pem)], { size: pem.length });
}

function show(key: NamedKey, json: boolean): void {
  const record = recordOf(key);
  if (json) console.log(JSON.stringify(record));
  else for (const [what, value] of Object.entries(record)) console.log(`${what.padEnd(9)} ${value}`);
}

function recordOf({ name, file, kid, spki, encrypted }: NamedKey) {
  return { name, file, kid, encrypted, publicKey: Buffer.from(spki).toString("base64") };
}

function lineOf({ name, kid, encrypted }: ReturnType<typeof recordOf>): string {
  return `${kid.slice(0, 16)}  ${encrypted ? "encrypted" : "plain    "}  ${name}`;
}

function usage(message: string): KolmError {
  return new KolmError("USAGE", message, { hint: 'See "kolm keys --help".' });
}
