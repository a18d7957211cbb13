// This file is `kolm verify-receipt`: what a device stated about its answers, against what the reader has.
import { readFile } from "node:fs/promises";
import { fromHex, KolmError, type Output, parseCanonical, canonicalBytes } from "@kolm/format";
import { nodeCrypto, readPublicKey } from "@kolm/format/node";
import { checkRun, type RunChecks, type RunVerdict } from "@kolm/runtime";
import { openArtifactFile } from "../../artifact-file.ts";
import type { Command } from "../../command.ts";

export const verifyReceipt: Command = {
  name: "verify-receipt",
  summary: "Checks the receipts that `kolm run --receipt` wrote.",
  operands: [{ name: "receipt", required: true, summary: "a file with one receipt a line" }],
  flags: {
    artifact: { type: "string", value: "<file>", summary: "the receipts must be about this .kolm file" },
    input: { type: "string", value: "<text>", summary: "a single receipt must be about this input" },
    output: {
      type: "string",
      value: "<json>",
      summary: 'a single receipt must be about this answer (output of "kolm run --json")',
    },
    salt: {
      type: "string",
      value: "<file>",
      summary: "the salt, to compare input and output (default: <receipt>.salt if there)",
    },
    key: { type: "string", value: "<device.pub>", summary: "the receipts must be signed by this device's key" },
  },
  examples: [
    "kolm verify-receipt answer.receipt.json --artifact dist/support-bot.kolm --key device.pub.pem",
    'kolm verify-receipt answer.receipt.json --input "where is my order?"',
  ],
  run: async ({ operands: [path = ""], flags }) => {
    const lines = (await readText(path)).split("\n").filter((line) => line !== "");
    const single = flags["input"] !== undefined || flags["output"] !== undefined;
    if (lines.length === 0 || (single && lines.length > 1))
      throw new KolmError(
        "RECEIPT_COUNT",
        `${path} holds ${lines.length} receipts, ${single ? "one" : "one or more"} expected`,
      );
    const checks = await checksOf(path, flags);
    const verdicts: RunVerdict[] = [];
    for (const line of lines) verdicts.push(await checkRun(Buffer.from(line), checks));
    for (const [at, verdict] of verdicts.entries())
      console.log(flags["json"] === true ? JSON.stringify({ line: at + 1, ...verdict }) : describe(at + 1, verdict));
    return verdicts.every(({ passed }) => passed) ? 0 : 2;
  },
};

type Flags = Readonly<Record<string, string | boolean | undefined>>;

async function checksOf(path: string, flags: Flags): Promise<RunChecks> {
  const [artifact, input, output, salt, key] = ["artifact", "input", "output", "salt", "key"].map((flag) =>
    typeof flags[flag] === "string" ? flags[flag] : undefined,
  );
  return {
    crypto: nodeCrypto,
    artifact: artifact === undefined ? undefined : await idOf(artifact),
    input,
    output: output === undefined ? undefined : readOutput(output),
    salt: await readSalt(salt ?? `${path}.salt`, salt !== undefined),
    trustedKeys: key === undefined ? undefined : [await readPublicKey(key)],
  };
}

async function idOf(file: string): Promise<string> {
  await using opened = await openArtifactFile(file);
  return opened.artifact.id;
}

/** Only its canonical form is used, so any JSON will do. */
function readOutput(text: string): Output | null {
  try {
    const json = parseCanonical(canonicalBytes(JSON.parse(text)));
    // A wrong shape has another digest, which is what is asked.
    if (json.ok) return json.value as Output | null;
  } catch {
    // Said below.
  }
  throw new KolmError("USAGE", "--output takes JSON", { hint: `For example --output '{"intent":"refund"}'` });
}

async function readSalt(path: string, isNeeded: boolean): Promise<Uint8Array | undefined> {
  const text = isNeeded ? await readText(path) : await readFile(path, "utf8").catch(() => undefined);
  const salt = text === undefined ? undefined : fromHex(text.trim());
  if (text === undefined || salt !== undefined) return salt;
  throw new KolmError("SALT_SIZE", `${path} holds no salt: 64 hex digits were expected`, { place: { file: path } });
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new KolmError("FILE_UNREADABLE", `${path} cannot be read`, { place: { file: path }, cause });
  });
}

function describe(line: number, verdict: RunVerdict): string {
  if (!verdict.passed) return `✗ receipt ${line}: ${verdict.finding.code}: ${verdict.finding.detail}`;
  const { signer, statement } = verdict;
  const { predicate, subject } = statement;
  const what = predicate.abstained ? "abstained" : `answered by ${predicate.path}, confidence ${predicate.confidence}`;
  const who = signer.standing === "trusted" ? "the key you gave" : "a key the receipt names itself";
  return `✓ receipt ${line}: artifact ${subject[0].digest.sha256} ${what}\n  signed by ${signer.kid} (${who})`;
}
