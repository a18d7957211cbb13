// This file checks the seal zone: statements others signed about this artifact after it was packed. SPEC.md §10, step 9.
import { parseBundle } from "../receipt/bundle.ts";
import { checkSignature } from "../receipt/check.ts";
import { statementSubjects } from "../receipt/statement.ts";
import { accept, refuse } from "../verdict.ts";
import { readMember } from "./front.ts";
import type { ByteSource } from "../container/source.ts";
import type { Crypto } from "../digest.ts";
import type { Outcome, SealStanding } from "../verdict.ts";
import type { Front } from "./front.ts";

/** Every JSON seal must be a bundle about this artifact; its signature is checked when it declares its key. */
export async function checkSeals(
  source: ByteSource,
  front: Front,
  crypto: Crypto,
): Promise<Outcome<readonly SealStanding[]>> {
  const seals: SealStanding[] = [];
  for (const { path } of front.layout.members) {
    if (!path.startsWith("seal/")) continue;
    const seal = await checkSeal({ path, bytes: await readMember(source, front.layout, path) }, front.id, crypto);
    if (!seal.ok) return seal;
    seals.push(seal.value);
  }
  return accept(seals);
}

export type Seal = { readonly path: string; readonly bytes: Uint8Array };

/** Judges one seal of the artifact with this id. */
export async function checkSeal({ path, bytes }: Seal, id: string, crypto: Crypto): Promise<Outcome<SealStanding>> {
  if (!path.endsWith(".json")) return unjudged(path);
  const envelope = parseBundle(bytes, path);
  if (!envelope.ok) return envelope;
  if (!statementSubjects(envelope.value.payload).includes(id)) {
    return refuse("E_SEAL_SUBJECT", path, `${path} is not about this artifact (${id.slice(0, 16)}).`);
  }
  const signer = await checkSignature(envelope.value, { crypto, path });
  if (signer.ok) return accept({ path, standing: "signed" });
  return signer.finding.code === "E_KEY_UNKNOWN" ? unjudged(path) : signer;
}

function unjudged(path: string): Outcome<SealStanding> {
  return accept({ path, standing: "unjudged" });
}
