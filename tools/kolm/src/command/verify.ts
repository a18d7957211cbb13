// This file is `kolm verify`: every byte of an artifact against its chain and signature.
import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { KolmError, type ReferencedLayer, type Verdict } from "@kolm/format";
import { verifyArtifactFile } from "../artifact-file.ts";
import type { Command } from "../command.ts";

export const verify: Command = {
  name: "verify",
  summary: "Checks every byte of a .kolm file and names the first thing that is wrong.",
  operands: [{ name: "file", required: true, summary: "a .kolm file" }],
  flags: { key: { type: "string", value: "<public.pem>", summary: "the file must be signed by this Ed25519 key" } },
  examples: ["kolm verify dist/support-bot.kolm", "kolm verify dist/support-bot.kolm --key release.pub.pem"],
  run: async ({ operands: [file = ""], flags }) => {
    const key = flags["key"];
    const verdict = await verifyArtifactFile(file, typeof key === "string" ? [await readPublicKey(key)] : undefined);
    console.log(flags["json"] === true ? JSON.stringify({ file, ...verdict }) : describe(file, verdict));
    return verdict.passed ? 0 : 2;
  },
};

async function readPublicKey(path: string): Promise<Uint8Array> {
  try {
    return createPublicKey(await readFile(path)).export({ type: "spki", format: "der" });
  } catch (cause) {
    throw new KolmError("KEY_UNREADABLE", `${path} holds no public key in PEM`, {
      cause,
      hint: 'Make one with "openssl pkey -in key.pem -pubout".',
    });
  }
}

function describe(file: string, verdict: Verdict): string {
  if (!verdict.passed) {
    const { code, detail } = verdict.finding;
    return `✗ ${file} does not verify\n  ${code}: ${detail}\n  Do not use it; get it again from where it came, or compile it again.`;
  }
  const { signer, id, referenced } = verdict;
  const who =
    signer.standing === "trusted"
      ? "a key you trust"
      : "a key the file names itself; compare it with one you were given, or pass --key";
  return `✓ ${file} verifies: every byte is covered by its chain and signature\n  artifact ${id}\n  signed by ${signer.kid}\n  (${who})${referenced.map(notCarried).join("")}`;
}

const notCarried = ({ path, size, sha256 }: ReferencedLayer): string =>
  `\n  not in the file: ${path}, ${size} bytes\n  SHA-256 ${sha256}; its bytes are proved when a command reads them`;
