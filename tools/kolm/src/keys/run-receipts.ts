// This file collects the receipts of a run and writes them, one a line, signed by this device's own key. TRUST.md §9.
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { hex, KolmError } from "@kolm/format";
import { configFolder, loadOrCreateKeyFile, nodeCrypto, publicPem, writeFileAtomically } from "@kolm/format/node";
import { type Answer, signRun } from "@kolm/runtime";

/** Flags of commands that answer. */
export const RECEIPT_FLAGS = {
  receipt: {
    type: "string",
    value: "<out.json>",
    summary: "write a signed receipt of each answer, and its salt beside it",
  },
  "plain-digests": { type: "boolean", summary: "receipts with unsalted digests: anybody who holds one can try inputs" },
} as const;

type Flags = Readonly<Record<string, string | boolean | undefined>>;
export type Receipts = { add(input: string, answer: Answer): Promise<void>; write(): Promise<void> };

/** Undefined when no receipts are wanted; KolmError USAGE for an artifact that was not verified. */
export async function openReceipts(flags: Flags, artifact: string | undefined): Promise<Receipts | undefined> {
  const path = flags["receipt"];
  if (typeof path !== "string") return undefined;
  if (artifact === undefined)
    throw new KolmError("USAGE", "--receipt states which artifact answered, and with --insecure none was verified");
  const { signer, created } = await loadOrCreateKeyFile(join(configFolder(), "keys", "device.pem"));
  if (created)
    process.stderr.write(
      `  made this device's key; receipts are checked with its public half:\n${publicPem(signer.spki)}`,
    );
  const salt = flags["plain-digests"] === true ? undefined : randomBytes(32);
  const runtime = String((createRequire(import.meta.url)("@kolm/runtime/package.json") as { version: string }).version);
  const receipts: Uint8Array[] = [];
  return {
    add: async (input, answer) => {
      receipts.push(await signRun({ artifact, input, answer, runtime, salt }, signer, nodeCrypto), Buffer.from("\n"));
    },
    write: async () => {
      await writeFileAtomically(path, receipts);
      if (salt !== undefined)
        await writeFileAtomically(`${path}.salt`, [Buffer.from(`${hex(salt)}\n`)], { mode: 0o600 });
    },
  };
}
