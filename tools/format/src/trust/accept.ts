// This file decides whether a trust file may be believed: signed by its roots and by those before it, not older than what
// was seen, not expired. TRUST.md §4.
import { preAuthEncoding } from "../receipt/bundle.ts";
import { accept, refuse } from "../verdict.ts";
import type { Crypto } from "../digest.ts";
import type { Outcome, Refusal } from "../verdict.ts";
import { parseTrustFile, TRUST_PAYLOAD_TYPE, TRUST_SUBJECT, type TrustVersion } from "./history.ts";
import { rootKeys, spkiOf, type Trust } from "./trust.ts";

export type AcceptOptions = {
  readonly crypto: Crypto;
  /** Now, as `2027-01-31T12:00:00Z`; the file must not have expired by it. */
  readonly at: string;
  /** The newest version this verifier has accepted under the same name. */
  readonly known?: TrustVersion | undefined;
};

/** The newest version of a trust file once everything about it holds. Finding subjects are "trust.json". */
export async function acceptTrust(bytes: Uint8Array, options: AcceptOptions): Promise<Outcome<TrustVersion>> {
  const versions = parseTrustFile(bytes, options.crypto);
  if (!versions.ok) return versions;
  const signed = await checkSignatures(versions.value, options);
  if (signed !== undefined) return signed;
  const newest = versions.value.at(-1);
  if (newest === undefined) return refuse("E_DSSE", TRUST_SUBJECT, "trust.json holds no version.");
  const rollback = options.known && checkAgainst(options.known, versions.value);
  if (rollback !== undefined) return rollback;
  const { expires, version } = newest.trust;
  if (options.at < expires) return accept(newest);
  const detail = `Version ${version} of trust.json expired at ${expires}; it was judged at ${options.at}.`;
  return refuse("E_TRUST_EXPIRED", TRUST_SUBJECT, detail);
}

/** Every version under its own roots and under those of the version before it, one step at a time. */
async function checkSignatures(
  versions: readonly TrustVersion[],
  { crypto, known }: AcceptOptions,
): Promise<Refusal | undefined> {
  const [first] = versions;
  // A file that starts right after what is known must be signed by the known roots.
  let before = known !== undefined && first?.trust.version === known.trust.version + 1 ? known : undefined;
  for (const version of versions) {
    const refusal =
      (await checkThreshold(version, version.trust, crypto)) ??
      (before && ((await checkThreshold(version, before.trust, crypto)) ?? checkStep(before.trust, version.trust)));
    if (refusal !== undefined) return refusal;
    before = version;
  }
  return undefined;
}

/** Signatures of keys that are no roots of `roots` are not looked at: they are for other eyes. */
async function checkThreshold(version: TrustVersion, roots: Trust, crypto: Crypto): Promise<Refusal | undefined> {
  const { payload, signatures, trust } = version;
  const message = preAuthEncoding(TRUST_PAYLOAD_TYPE, payload);
  const keys = new Map(rootKeys(roots).map((key) => [key.kid, spkiOf(key)]));
  let valid = 0;
  for (const { kid, signature } of signatures) {
    const spki = keys.get(kid);
    if (spki === undefined) continue;
    if (!(await crypto.verifyEd25519(spki, message, signature))) {
      const detail = `The signature of root key ${kid.slice(0, 16)} on version ${trust.version} of trust.json does not hold.`;
      return refuse("E_SIG", TRUST_SUBJECT, detail);
    }
    valid += 1;
  }
  if (valid >= roots.threshold) return undefined;
  const whose = roots === trust ? "its own" : `version ${roots.version}'s`;
  const detail = `Version ${trust.version} of trust.json is signed by ${valid} of ${whose} root keys, ${roots.threshold} are needed.`;
  return refuse("E_KEY_UNKNOWN", TRUST_SUBJECT, detail);
}

function checkStep(before: Trust, trust: Trust): Refusal | undefined {
  const due = `${before.name} ${before.version + 1}`;
  const found = `${trust.name} ${trust.version}`;
  if (due === found) return undefined;
  return refuse("E_TRUST_ROLLBACK", TRUST_SUBJECT, `trust.json goes on with ${found} where ${due} is due.`);
}

function checkAgainst(known: TrustVersion, versions: readonly TrustVersion[]): Refusal | undefined {
  const { name, version } = known.trust;
  const [first, last] = [versions[0]?.trust, versions.at(-1)?.trust];
  const rolledBack = (detail: string): Refusal => refuse("E_TRUST_ROLLBACK", TRUST_SUBJECT, detail);
  if (first === undefined || last === undefined || last.name !== name)
    return rolledBack(`trust.json is that of ${last?.name}, what was seen before is that of ${name}.`);
  if (last.version < version)
    return rolledBack(`trust.json ends with version ${last.version}, version ${version} was seen before.`);
  if (first.version > version + 1)
    return rolledBack(`trust.json starts with version ${first.version}, version ${version} was the last one seen.`);
  const same = versions.find(({ trust }) => trust.version === version);
  if (same === undefined || same.digest === known.digest) return undefined;
  return rolledBack(`trust.json has another version ${version} than the one seen before.`);
}
