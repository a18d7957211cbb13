// This file reads the flags that say where the user's own files are kept and under which key.
import { readFile } from "node:fs/promises";
import { KolmError } from "@kolm/format";
import { passphraseFrom, readDescriptor } from "@kolm/format/node";
import { type SideFolderOptions, sideFolderOf } from "@kolm/runtime/node";
import { baseOf } from "../base-lookup.ts";

export const KEY_FLAGS = {
  encrypt: { type: "boolean", summary: "add: encrypt a new index of your files under a passphrase" },
  "key-file": {
    type: "string",
    value: "<file>",
    summary: "32 bytes that encrypt your files' index, in place of a passphrase",
  },
  "key-fd": { type: "string", value: "<number>", summary: "the same 32 bytes from an inherited descriptor" },
} as const;

export type Flags = Readonly<Record<string, string | boolean | undefined>>;
/** What every action gets: the artifact, the words after it, and the flags. */
export type Asked = { readonly file: string; readonly words: readonly string[]; readonly flags: Flags };

/** The folder of the user's own files. */
export const folderOf = ({ file, flags }: Asked): string =>
  typeof flags["folder"] === "string" ? flags["folder"] : sideFolderOf(file);

/** KolmError USAGE, KEY_UNREADABLE or DESCRIPTOR_UNREADABLE. A passphrase is asked for only when one is needed. */
export async function sideOptions(asked: Asked): Promise<SideFolderOptions> {
  const { flags } = asked;
  return {
    folder: folderOf(asked),
    key: await keyOf(flags),
    passphrase: passphraseFrom(process.env["KOLM_PASSPHRASE_FD"]),
    encrypt: flags["encrypt"] === true,
    file: { base: baseOf(flags["base"]) },
  };
}

async function keyOf(flags: Flags): Promise<Uint8Array | undefined> {
  const [file, descriptor] = [flags["key-file"], flags["key-fd"]];
  if (typeof descriptor === "string") return readDescriptor(descriptor);
  if (typeof file !== "string") return undefined;
  try {
    return await readFile(file);
  } catch (cause) {
    throw new KolmError("KEY_UNREADABLE", `the key file ${file} cannot be read`, {
      hint: "Make one with `openssl rand -out side.key 32 && chmod 600 side.key`.",
      place: { file },
      cause,
    });
  }
}

/** A whole number in a range; KolmError USAGE. */
export function numberOf(flags: Flags, name: string, [least, most]: readonly [number, number]): number | undefined {
  const given = flags[name];
  if (given === undefined) return undefined;
  const count = Number(given);
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw new KolmError(
    "USAGE",
    `--${name} takes a whole number from ${least} to ${most}, found ${JSON.stringify(given)}`,
  );
}
