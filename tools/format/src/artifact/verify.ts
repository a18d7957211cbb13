// This file verifies an artifact whole: every byte is read, the first thing wrong is named. SPEC.md §10.
import { readFront, referencedOf } from "./front.ts";
import { checkLayers } from "./layers.ts";
import { checkSeals } from "./seals.ts";
import type { ByteSource } from "../container/source.ts";
import type { Finding, Verdict } from "../verdict.ts";
import type { VerifyOptions } from "./front.ts";

/**
 * Verifies in the fixed order of SPEC.md §10 and stops at the first finding; memory does not grow with the layers.
 * Without trusted keys the signature is checked under the key the receipt declares, and the verdict says so.
 */
export async function verifyArtifact(source: ByteSource, options: VerifyOptions): Promise<Verdict> {
  let id: string | undefined;
  const failed = (finding: Finding): Verdict => ({ passed: false, id, finding });
  const front = await readFront(source, options, (known) => {
    id = known;
  });
  if (!front.ok) return failed(front.finding);
  const refusal = await checkLayers(source, front.value, options.crypto);
  if (refusal !== undefined) return failed(refusal.finding);
  const seals = await checkSeals(source, front.value, options.crypto);
  if (!seals.ok) return failed(seals.finding);
  const { signer, tenantChain } = front.value;
  const referenced = referencedOf(front.value);
  return { passed: true, id: front.value.id, signer, covers: "all", tenantChain, seals: seals.value, referenced };
}
