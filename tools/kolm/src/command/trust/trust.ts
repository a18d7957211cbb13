// This file is `kolm trust`: making, editing, signing and showing the file that says whose signatures count.
import { readFile } from "node:fs/promises";
import {
  draftTrust,
  encodeTrustFile,
  kidOf,
  KolmError,
  parseTrustFile,
  signTrust,
  type TrustVersion,
} from "@kolm/format";
import { nodeCrypto, readPublicKey, writeFileAtomically } from "@kolm/format/node";
import { exists } from "@kolm/stage";
import type { Command } from "../../command.ts";
import { EDITS, factsOf, firstFacts, type EditRequest } from "../../keys/edit-trust.ts";
import { now } from "../../keys/instant.ts";
import { describeTrust } from "../../keys/show-trust.ts";

export const trust: Command = {
  name: "trust",
  summary: "Makes, edits, signs and shows a trust file: whose signatures count, for what, until when.",
  operands: [
    { name: "action", required: true, summary: `init, ${Object.keys(EDITS).join(", ")}, sign or show` },
    { name: "file", required: true, summary: "the trust file" },
  ],
  flags: {
    key: {
      type: "string",
      value: "<files>",
      summary: "public keys in PEM, with commas (init: roots); sign: keys:<name>, a key file, command:…",
    },
    "public-key": { type: "string", value: "<pem>", summary: "sign with command:…: its public key" },
    name: { type: "string", value: "<name>", summary: "init: whose trust it is" },
    threshold: { type: "string", value: "<n>", summary: "init, set: how many roots must sign (default 1)" },
    expires: { type: "string", value: "<date>", summary: "init, set: when the file stops being believed" },
    role: { type: "string", value: "<role>", summary: "add: root, release, log, witness or cache-writer" },
    names: {
      type: "string",
      value: "<names>",
      summary: "add: artifact names a release key may sign, with commas; * at the end for all that begin so",
    },
    kid: { type: "string", value: "<kid>", summary: "close, rotate, revoke, remove: the key, by its first digits" },
    from: { type: "string", value: "<date>", summary: "add, rotate: when the key begins to count (default now)" },
    until: { type: "string", value: "<date>", summary: "add, close, rotate: when the (old) key stops counting" },
    since: { type: "string", value: "<date>", summary: "revoke: since when the key is not its owner's (default now)" },
    minimum: { type: "string", value: "<name=1.2.3>", summary: "set: least versions accepted, with commas" },
  },
  examples: [
    "kolm trust init trust.json --name acme --key root-1.pem,root-2.pem,root-3.pem --threshold 2 --expires 2027-06-01",
    "kolm trust add trust.json --key release.pub.pem --role release --names 'support-*'",
    "kolm trust sign trust.json --key keys:root-1",
    "kolm trust rotate trust.json --kid 06e3fd8f --key new.pub.pem --until 2027-03-01",
  ],
  run: async ({ operands: [action = "", file = ""], flags }) => {
    const flag = (name: string): string | undefined => {
      const value = flags[name];
      return typeof value === "string" ? value : undefined;
    };
    const versions = await next(action, file, flag);
    if (action !== "show") await save(file, versions);
    const last = versions.at(-1);
    if (last === undefined) return 1;
    if (flags["json"] === true) console.log(JSON.stringify({ file, ...recordOf(last) }));
    else console.log(describeTrust(last, versions.at(-2)));
    return 0;
  },
};

type Flag = EditRequest["flag"];

async function next(action: string, file: string, flag: Flag): Promise<readonly TrustVersion[]> {
  if (action === "init") {
    if (await exists(file)) throw new KolmError("FILE_EXISTS", `${file} is there already`, { place: { file } });
    return draftTrust([], firstFacts(await requestOf(flag)), nodeCrypto);
  }
  const versions = await read(file);
  const last = versions.at(-1);
  if (action === "show") return versions;
  if (action === "sign") return sign(versions, flag);
  const edit = Object.hasOwn(EDITS, action) ? EDITS[action] : undefined;
  if (edit === undefined || last === undefined)
    throw new KolmError("USAGE", `kolm trust has no action "${action}"`, { hint: 'See "kolm trust --help".' });
  return draftTrust(versions, edit(factsOf(last.trust), await requestOf(flag)), nodeCrypto);
}

async function requestOf(flag: Flag): Promise<EditRequest> {
  const keys = [];
  for (const path of flag("key")?.split(",") ?? []) {
    const spki = await readPublicKey(path);
    keys.push({ spki, kid: kidOf(nodeCrypto, spki) });
  }
  return { flag, now: now(), keys };
}

async function sign(versions: readonly TrustVersion[], flag: Flag): Promise<readonly TrustVersion[]> {
  const key = flag("key");
  if (key === undefined)
    throw new KolmError("USAGE", "kolm trust sign needs --key", { hint: "For example --key keys:root-1" });
  const { openNamedKey } = await import("@kolm/nx");
  const signer = await openNamedKey({ key, publicKey: flag("public-key") }, process.cwd());
  return signTrust(versions, signer, nodeCrypto);
}

async function read(file: string): Promise<readonly TrustVersion[]> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new KolmError("FILE_UNREADABLE", `${file} cannot be read`, { place: { file }, cause });
  });
  const versions = parseTrustFile(bytes, nodeCrypto);
  if (versions.ok) return versions.value;
  throw new KolmError(versions.finding.code, versions.finding.detail, { place: { file } });
}

async function save(file: string, versions: readonly TrustVersion[]): Promise<void> {
  const bytes = encodeTrustFile(versions);
  await writeFileAtomically(file, [bytes], { size: bytes.length });
}

function recordOf({ trust, digest, signatures }: TrustVersion) {
  return { ...trust, digest, signatures: signatures.map(({ kid }) => kid) };
}
