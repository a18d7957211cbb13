// This file is `kolm verify`: every byte of an artifact against its chain and signature.
import type { ReferencedLayer, Verdict, VerdictCode } from "@kolm/format";
import { verifyArtifactFile } from "../artifact-file.ts";
import type { Command } from "../command.ts";
import { readDemands, TRUST_FLAGS } from "../keys/demands.ts";

export const verify: Command = {
  name: "verify",
  summary: "Checks every byte of a .kolm file and names the first thing that is wrong.",
  operands: [{ name: "file", required: true, summary: "a .kolm file" }],
  flags: TRUST_FLAGS,
  examples: [
    "kolm verify dist/support-bot.kolm",
    "kolm verify dist/support-bot.kolm --key release.pub.pem",
    "kolm verify dist/support-bot.kolm --trust trust.json --policy policy.json",
  ],
  run: async ({ operands: [file = ""], flags }) => {
    const verdict = await verifyArtifactFile(file, await readDemands(flags));
    console.log(flags["json"] === true ? JSON.stringify({ file, ...verdict }) : describe(file, verdict));
    return verdict.passed ? 0 : 2;
  },
};

function describe(file: string, verdict: Verdict): string {
  if (!verdict.passed) {
    const { code, detail } = verdict.finding;
    return `✗ ${file} does not verify\n  ${code}: ${detail}\n  ${adviceOn(code)}`;
  }
  const { signer, id, referenced } = verdict;
  const who =
    signer.standing === "trusted"
      ? "a key you trust"
      : "a key the file names itself; compare it with one you were given, or pass --key or --trust";
  return `✓ ${file} verifies: every byte is covered by its chain and signature\n  artifact ${id}\n  signed by ${signer.kid}\n  (${who})${referenced.map(notCarried).join("")}`;
}

function adviceOn(code: VerdictCode): string {
  if (code === "E_POLICY" || code === "E_ANCHOR_MISSING")
    return "Its bytes and signature hold; what you demand of it is not met.";
  if (code.startsWith("E_KEY_"))
    return "Its bytes may be whole, but whoever signed it may not sign it for you; ask who gave it to you.";
  return "Do not use it; get it again from where it came, or compile it again.";
}

const notCarried = ({ path, size, sha256 }: ReferencedLayer): string =>
  `\n  not in the file: ${path}, ${size} bytes\n  SHA-256 ${sha256}; its bytes are proved when a command reads them`;
