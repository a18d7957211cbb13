// This file signs what a device states about one answer, and checks such a receipt against what its reader has. TRUST.md §9.
import {
  canonicalBytes,
  checkSignature,
  type Crypto,
  type Finding,
  KolmError,
  type Output,
  parseBundle,
  parseCanonical,
  signBundle,
  type Signer,
  type SignerStanding,
  utf8,
  type VerdictCode,
} from "@kolm/format";
import { commitTo, encodeRun, type RunFacts, RunStatement } from "./run-statement.ts";

const SUBJECT = "run receipt";
const SALT_SIZE = 32;

/**
 * A receipt's bytes: they depend on facts and key only, since there is no clock in them.
 *
 * @throws KolmError SALT_SIZE for a salt that has not 32 bytes, SIGNER_BROKEN.
 */
export async function signRun(facts: RunFacts, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  requireSalt(facts.salt);
  return signBundle(encodeRun(facts, signer.spki, crypto), signer, crypto);
}

/** What a reader compares a receipt with; what is left out is not judged. */
export type RunChecks = {
  readonly crypto: Crypto;
  /** DER keys of devices; when given, one of them must have signed. */
  readonly trustedKeys?: readonly Uint8Array[] | undefined;
  readonly artifact?: string | undefined;
  readonly input?: string | undefined;
  readonly output?: Output | null | undefined;
  /** Needed to compare input or output of a salted receipt. */
  readonly salt?: Uint8Array | undefined;
};

export type RunVerdict =
  | { readonly passed: true; readonly signer: SignerStanding; readonly statement: RunStatement }
  | { readonly passed: false; readonly finding: Finding };

/**
 * The first thing wrong with a receipt: E_JSON, E_DSSE, E_KEY_UNKNOWN, E_SIG, E_SUBJECT.
 *
 * @throws KolmError SALT_SIZE, or SALT_MISSING where a salted digest should be compared without one.
 */
export async function checkRun(bytes: Uint8Array, checks: RunChecks): Promise<RunVerdict> {
  requireSalt(checks.salt);
  const envelope = parseBundle(bytes, SUBJECT);
  if (!envelope.ok) return { passed: false, finding: envelope.finding };
  const { crypto, trustedKeys } = checks;
  const signer = await checkSignature(envelope.value, { crypto, trustedKeys, path: SUBJECT });
  if (!signer.ok) return { passed: false, finding: signer.finding };
  const json = parseCanonical(envelope.value.payload);
  if (!json.ok) return failed("E_JSON", `The statement of the run receipt ${json.reason}.`);
  const statement = RunStatement.safeParse(json.value);
  if (!statement.success) {
    const issue = statement.error.issues[0];
    return failed("E_DSSE", `The run receipt states no run: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  return compare(statement.data, checks) ?? { passed: true, signer: signer.value, statement: statement.data };
}

function compare({ subject, predicate }: RunStatement, checks: RunChecks): RunVerdict | undefined {
  const { artifact, input, output, crypto } = checks;
  const stated = subject[0].digest.sha256;
  if (artifact !== undefined && artifact !== stated)
    return failed("E_SUBJECT", `The receipt is about the artifact ${stated}, not ${artifact}.`);
  const salt = predicate.input.alg === "sha256" ? undefined : checks.salt;
  if ((input !== undefined || output !== undefined) && predicate.input.alg !== "sha256" && salt === undefined) {
    throw new KolmError("SALT_MISSING", "the receipt's digests are salted: without the salt nothing can be compared", {
      hint: "Ask whoever ran it for the salt (`kolm run` writes it beside the receipt).",
    });
  }
  if (input !== undefined && commitTo("input", utf8(input), { salt, crypto }).digest !== predicate.input.digest)
    return failed("E_SUBJECT", "The receipt is about another input.");
  if (output === undefined) return undefined;
  const found = commitTo("output", canonicalBytes(output), { salt, crypto }).digest;
  return found === predicate.output.digest ? undefined : failed("E_SUBJECT", "The receipt is about another output.");
}

function requireSalt(salt: Uint8Array | undefined): void {
  if (salt === undefined || salt.length === SALT_SIZE) return;
  throw new KolmError("SALT_SIZE", `a salt has ${SALT_SIZE} bytes, found ${salt.length}`);
}

function failed(code: VerdictCode, detail: string): RunVerdict {
  return { passed: false, finding: { code, subject: SUBJECT, detail } };
}
