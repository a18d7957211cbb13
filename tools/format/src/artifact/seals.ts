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
    const seal = path.endsWith(".json") ? await checkBundle(source, { front, path, crypto }) : unjudged(path);
    if (!seal.ok) return seal;
    seals.push(seal.value);
  }
  return accept(seals);
}

type SealCheck = { readonly front: Front; readonly path: string; readonly crypto: Crypto };

async function checkBundle(source: ByteSource, { front, path, crypto }: SealCheck): Promise<Outcome<SealStanding>> {
  const envelope = parseBundle(await readMember(source, front.layout, path), path);
  if (!envelope.ok) return envelope;
  if (!statementSubjects(envelope.value.payload).includes(front.id)) {
    return refuse("E_SEAL_SUBJECT", path, `${path} is not about this artifact (${front.id.slice(0, 16)}).`);
  }
  const signer = await checkSignature(envelope.value, { crypto, path });
  if (signer.ok) return accept({ path, standing: "signed" });
  return signer.finding.code === "E_KEY_UNKNOWN" ? unjudged(path) : signer;
}

function unjudged(path: string): Outcome<SealStanding> {
  return accept({ path, standing: "unjudged" });
}
