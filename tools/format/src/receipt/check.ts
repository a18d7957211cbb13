// This file checks a bundle's signature, then what a receipt states against what was read. SPEC.md §9 and §10.
import { canonicalJson } from "../canonical.ts";
import { CHAIN_START, publicLink, tenantChain } from "../chain.ts";
import { equalSecrets, utf8 } from "../bytes.ts";
import { accept, refuse } from "../verdict.ts";
import { kidOf, PAYLOAD_TYPE, preAuthEncoding } from "./bundle.ts";
import { declaredKey } from "./statement.ts";
import type { ChainMember, TenantKey } from "../chain.ts";
import type { Crypto, Hashing } from "../digest.ts";
import type { Manifest } from "../manifest.ts";
import type { Outcome, Refusal, SignerStanding } from "../verdict.ts";
import type { Envelope } from "./bundle.ts";
import type { Predicate, Statement } from "./statement.ts";

export type SignatureOptions = {
  readonly crypto: Crypto;
  /** DER public keys; when given, only they may have signed. */
  readonly trustedKeys?: readonly Uint8Array[] | undefined;
  /** The bundle's path, to name it. */
  readonly path: string;
};

/** Checks the signature under a trusted key, or, when none were given, under the key the payload declares. */
export async function checkSignature(envelope: Envelope, options: SignatureOptions): Promise<Outcome<SignerStanding>> {
  const { crypto, trustedKeys, path } = options;
  const short = envelope.kid.slice(0, 16);
  const declared = declaredKey(envelope.payload);
  if (declared !== undefined && kidOf(crypto, declared) !== envelope.kid) {
    return refuse("E_DSSE", path, `${path} names the key ${short} and declares another one.`);
  }
  const known = trustedKeys === undefined ? declared : trustedKeys.find((key) => kidOf(crypto, key) === envelope.kid);
  if (known === undefined) {
    const why =
      trustedKeys === undefined ? "which it does not hold and which was not given" : "which is not a trusted key";
    return refuse("E_KEY_UNKNOWN", path, `${path} is signed by the key ${short}, ${why}.`);
  }
  const message = preAuthEncoding(PAYLOAD_TYPE, envelope.payload);
  if (!(await crypto.verifyEd25519(known, message, envelope.signature))) {
    return refuse("E_SIG", path, `The signature in ${path} is not one of the key ${short} over its statement.`);
  }
  return accept({ kid: envelope.kid, standing: trustedKeys === undefined ? "self-declared" : "trusted" });
}

/**
 * Names the first layer whose link is broken: each layer's link is judged after the link stated before it, and the
 * manifest's own, which breaks with any of them, last.
 */
export function checkChain(
  hashing: Hashing,
  stated: Predicate["chain"],
  members: readonly ChainMember[],
): Refusal | undefined {
  const count = `The receipt has ${stated.links.length} chain links for ${members.length} members`;
  if (stated.links.length !== members.length)
    return refuse("E_CHAIN", "receipt/bundle.json", `${count}.`, members.length);
  for (const index of [...members.keys()].slice(1).concat(0)) {
    const member = members[index];
    const previous = index === 0 ? CHAIN_START : stated.links[index - 1];
    if (member === undefined || previous === undefined) continue;
    if (publicLink(hashing, member, { index, previous }) === stated.links[index]) continue;
    const detail = `Chain link ${index} does not hold: ${member.path} is not the member that was sealed there.`;
    return refuse("E_CHAIN", member.path, detail, index);
  }
  if (stated.links.at(-1) === stated.head) return undefined;
  return refuse("E_HEAD", "receipt/bundle.json", "The head the receipt states is not the last link of its chain.");
}

/** Checks every subject and fact the receipt states against the manifest. */
export function checkSubjects(
  { subject, predicate }: Statement,
  members: readonly ChainMember[],
  manifest: Manifest,
): Refusal | undefined {
  const path = "receipt/bundle.json";
  if (subject.length !== members.length) {
    return refuse("E_SUBJECT", path, `The receipt has ${subject.length} subjects for ${members.length} members.`);
  }
  for (const [at, member] of members.entries()) {
    const stated = subject[at];
    if (stated?.name === member.path && stated.digest.sha256 === member.sha256) continue;
    return refuse("E_SUBJECT", member.path, `Subject ${at} of the receipt is not ${member.path} as it is here.`);
  }
  const facts = {
    artifact: { name: manifest.name, version: manifest.version },
    kscore: manifest.kscore,
    gate: manifest.gate,
  };
  for (const [name, fact] of Object.entries(facts)) {
    const claim = Object.entries(predicate).find(([key]) => key === name)?.[1];
    if (claim === undefined || (fact !== undefined && canonicalJson(claim) === canonicalJson(fact))) continue;
    return refuse("E_SUBJECT", path, `The receipt states another ${name} than manifest.json.`);
  }
  return undefined;
}

/** Whether the tenant's chain was made with this secret; unchecked without the secret it names. */
export function checkTenant(
  hashing: Hashing,
  members: readonly ChainMember[],
  { stated, tenant }: { stated: Predicate["tenantChain"]; tenant: TenantKey | undefined },
): Outcome<"absent" | "unchecked" | "proved"> {
  if (stated === undefined) return accept("absent");
  if (tenant === undefined || tenant.kid !== stated.kid) return accept("unchecked");
  const { head } = tenantChain(hashing, members, tenant);
  if (equalSecrets(utf8(head), utf8(stated.head))) return accept("proved");
  return refuse("E_HEAD", "receipt/bundle.json", `The tenant chain was not made with the secret ${tenant.kid}.`);
}
