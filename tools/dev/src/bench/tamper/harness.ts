// This file runs every family of attacks and counts what was let through, named wrongly, or judged differently by the two verifiers.
import { memorySource, type Verdict, verifyArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { createRng } from "@kolm/stage";
import { createHash } from "node:crypto";
import { BIT_FAMILIES } from "./attack/bits.ts";
import { DOCUMENT_FAMILIES } from "./attack/documents.ts";
import { LAYER_FAMILIES } from "./attack/layers.ts";
import { MEMBER_FAMILIES } from "./attack/members.ts";
import { SEAL_FAMILIES } from "./attack/seals.ts";
import { SIGNATURE_FAMILIES } from "./attack/signatures.ts";
import { STATEMENT_FAMILIES } from "./attack/statements.ts";
import { type Family, type Mutant, pick, validArtifacts } from "./family.ts";
import type { Parts } from "./forge.ts";
import type { SecondVerdict, SecondVerifier } from "./second.ts";

export const FAMILIES: readonly Family[] = [
  ...BIT_FAMILIES,
  ...MEMBER_FAMILIES,
  ...DOCUMENT_FAMILIES,
  ...LAYER_FAMILIES,
  ...STATEMENT_FAMILIES,
  ...SIGNATURE_FAMILIES,
  ...SEAL_FAMILIES,
];

export type HarnessOptions = {
  readonly seed: string;
  /** Different mutants wanted of each family; small families give fewer. */
  readonly perFamily: number;
  /** Judges every mutant too. */
  readonly second?: SecondVerifier;
  readonly families?: readonly Family[];
  readonly report?: (family: string, mutants: number) => void;
};

export type Tally = {
  readonly families: number;
  /** Different files, each with the options it was judged under. */
  readonly mutants: number;
  readonly accepted: readonly string[];
  readonly wrongCode: readonly string[];
  readonly disagreements: readonly string[];
  /** Families that gave nothing. */
  readonly empty: readonly string[];
};

/** Judges mutants of every family. */
export async function runHarness({
  seed,
  perFamily,
  second,
  families = FAMILIES,
  report,
}: HarnessOptions): Promise<Tally> {
  const valid = await validArtifacts();
  const found: Found = { accepted: [], wrongCode: [], disagreements: [] };
  const seen = new Set(valid.map(({ file }) => fingerprint({ file, codes: [] })));
  const empty: string[] = [];
  let mutants = 0;
  for (const family of families) {
    const own = await runFamily(family, { seed, perFamily, second, valid, seen, found });
    if (own === 0) empty.push(family.name);
    mutants += own;
    report?.(family.name, own);
  }
  return { families: families.length - empty.length, mutants, ...found, empty };
}

type Found = { readonly accepted: string[]; readonly wrongCode: string[]; readonly disagreements: string[] };
type Run = Pick<HarnessOptions, "seed" | "perFamily"> & {
  readonly second: SecondVerifier | undefined;
  readonly valid: readonly Parts[];
  readonly seen: Set<string>;
  readonly found: Found;
};

/** Mutants made of one family; a lot that was drawn before does not count, and twenty in a row end it. */
async function runFamily(family: Family, { seed, perFamily, second, valid, seen, found }: Run): Promise<number> {
  const rng = createRng(`${seed}/${family.name}`);
  let [made, stale] = [0, 0];
  let open: Promise<void>[] = [];
  while (made < perFamily && stale < 400) {
    const parts = pick(rng, valid);
    const mutant = family.make(parts, rng);
    const mark = mutant && fingerprint(mutant);
    if (mutant === undefined || mark === undefined || seen.has(mark)) {
      stale += 1;
      continue;
    }
    seen.add(mark);
    [made, stale] = [made + 1, 0];
    open.push(judge(`${family.name} #${made}`, mutant, { parts, second, found }));
    if (open.length === 64) {
      await Promise.all(open);
      open = [];
    }
  }
  await Promise.all(open);
  return made;
}

type Judging = { readonly parts: Parts; readonly second: SecondVerifier | undefined; readonly found: Found };

async function judge(name: string, mutant: Mutant, { parts, second, found }: Judging): Promise<void> {
  const options = {
    ...(mutant.trusted && { trustedKeys: [validKey(parts)] }),
    ...(mutant.tenant && { tenant: parts.tenant }),
  };
  const other = second?.judge(mutant.file, options);
  const verdict = await verifyArtifact(memorySource(mutant.file), { crypto: nodeCrypto, ...options });
  if (verdict.passed) found.accepted.push(name);
  else if (!mutant.codes.includes(verdict.finding.code)) {
    const { code, subject } = verdict.finding;
    found.wrongCode.push(`${name}: ${code} ${subject}, expected ${mutant.codes.join(" or ")}`);
  }
  if (other === undefined) return;
  const [ours, theirs] = [essence(verdict), essence(await other)];
  if (ours !== theirs) found.disagreements.push(`${name}: ${ours} against ${theirs}`);
}

const validKey = ({ key }: Parts): Uint8Array => key.spki;

/** What two verifiers must say alike: passed or code, subject, index; everything but the sentence. */
export function essence(verdict: Verdict | SecondVerdict): string {
  const { passed, id } = verdict;
  if (passed && "signer" in verdict) {
    const { signer, tenantChain, seals, referenced } = verdict;
    return JSON.stringify({ passed, id, signer, tenantChain, seals, referenced });
  }
  const finding = "finding" in verdict ? verdict.finding : undefined;
  return JSON.stringify({ passed, id, code: finding?.code, subject: finding?.subject, index: finding?.index });
}

function fingerprint({ file, trusted = false, tenant = false }: Mutant): string {
  return createHash("sha256")
    .update(file)
    .update(Uint8Array.of(Number(trusted), Number(tenant)))
    .digest("base64");
}
