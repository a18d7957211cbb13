// This file judges an artifact's signer by a trust file: its role, its names, its revocation, its window. TRUST.md §6.
import { refuse } from "../verdict.ts";
import type { Refusal } from "../verdict.ts";
import type { Judged } from "./policy.ts";
import type { Trust, TrustKey } from "./trust.ts";
import { isBelowVersion } from "./version.ts";

type ReleaseKey = Extract<TrustKey, { role: "release" }>;
const RECEIPT = "receipt/bundle.json";

/**
 * E_KEY_UNKNOWN, E_KEY_ROLE, E_KEY_REVOKED. `at` is now; an anchor's time takes its place, since nothing else says when a
 * signature was made.
 */
export function judgeSigner({ manifest, signer, anchoredAt }: Judged, trust: Trust, at: string): Refusal | undefined {
  const short = signer.kid.slice(0, 16);
  const key = trust.keys.find(({ kid }) => kid === signer.kid);
  if (key === undefined)
    return refuse("E_KEY_UNKNOWN", RECEIPT, `The key ${short} stands not in the trust file of ${trust.name}.`);
  if (key.role !== "release")
    return refuse(
      "E_KEY_ROLE",
      RECEIPT,
      `The key ${short} has the role ${key.role}; artifacts are signed by release keys.`,
    );
  if (!key.names.some((pattern) => matches(pattern, manifest.name)))
    return refuse("E_KEY_ROLE", RECEIPT, `The key ${short} may sign ${key.names.join(", ")}, not ${manifest.name}.`);
  const since = trust.revoked.find(({ kid }) => kid === signer.kid)?.since;
  if (since !== undefined && (anchoredAt === undefined || anchoredAt >= since)) {
    const why = anchoredAt === undefined ? "and no anchor proves that it signed before" : `it signed at ${anchoredAt}`;
    return refuse("E_KEY_REVOKED", RECEIPT, `The key ${short} is revoked since ${since}, ${why}.`);
  }
  return judgeWindow(key, anchoredAt ?? at);
}

/** Whether the artifact is older than the trust file still accepts; E_POLICY. */
export function judgeMinimum({ manifest: { name, version } }: Judged, { minimum }: Trust): Refusal | undefined {
  const least = Object.hasOwn(minimum, name) ? minimum[name] : undefined;
  if (least === undefined || !isBelowVersion(version, least)) return undefined;
  return refuse("E_POLICY", "manifest.json", `${name} ${version} is older than ${least}, the least version accepted.`);
}

function judgeWindow({ kid, from, until }: ReleaseKey, time: string): Refusal | undefined {
  if (time >= from && (until === undefined || time < until)) return undefined;
  const window = until === undefined ? `from ${from}` : `from ${from} until ${until}`;
  return refuse("E_KEY_REVOKED", RECEIPT, `The key ${kid.slice(0, 16)} is in force ${window}, not at ${time}.`);
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
