// This file writes one version of a trust file for people: keys, revocations, and whose signatures are there or missing.
import type { Trust, TrustKey, TrustVersion } from "@kolm/format";

/** `before` is the version before it, whose roots must sign too. Signatures are counted here, not proved. */
export function describeTrust({ trust, signatures }: TrustVersion, before: TrustVersion | undefined): string {
  const signed = new Set(signatures.map(({ kid }) => kid));
  const { name, version, expires, revoked, minimum } = trust;
  return [
    `${name}, version ${version}, expires ${expires}`,
    countOf(trust, signed),
    ...(before === undefined ? [] : [countOf(before.trust, signed)]),
    ...trust.keys.map((key) => lineOf(key, signed)),
    ...revoked.map(({ kid, since }) => `  ${kid.slice(0, 16)}  revoked since ${since}`),
    ...Object.entries(minimum).map(([artifact, least]) => `  ${artifact}: from version ${least} on`),
  ].join("\n");
}

function countOf({ version, threshold, keys }: Trust, signed: ReadonlySet<string>): string {
  const count = keys.filter(({ role, kid }) => role === "root" && signed.has(kid)).length;
  const left = Math.max(0, threshold - count);
  return `  signed by ${count} of version ${version}'s roots, ${left === 0 ? "enough" : `${left} more must sign`}`;
}

function lineOf(key: TrustKey, signed: ReadonlySet<string>): string {
  const start = `  ${key.kid.slice(0, 16)}  ${key.role.padEnd(12)}`;
  if (key.role === "root") return `${start}${signed.has(key.kid) ? "  has signed" : ""}`.trimEnd();
  const window = `from ${key.from}${key.until === undefined ? "" : ` until ${key.until}`}`;
  return `${start}  ${window}${key.role === "release" ? `  for ${key.names.join(", ")}` : ""}`;
}
