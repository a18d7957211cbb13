// This file orders versions as Semantic Versioning 2.0.0 §11 does.

/** Whether the first version comes before the second; both as manifests write them. */
export function isBelowVersion(left: string, right: string): boolean {
  return compareVersions(left, right) < 0;
}

function compareVersions(left: string, right: string): number {
  const [one, other] = [split(left), split(right)];
  for (const at of [0, 1, 2]) {
    const difference = compareIdentifiers(one.core[at] ?? "0", other.core[at] ?? "0");
    if (difference !== 0) return difference;
  }
  // A version without a suffix is the release that those with one precede.
  if (one.suffix.length === 0 || other.suffix.length === 0) return other.suffix.length - one.suffix.length;
  for (let at = 0; at < Math.max(one.suffix.length, other.suffix.length); at += 1) {
    const [a, b] = [one.suffix[at], other.suffix[at]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    const difference = compareIdentifiers(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

function split(version: string): { readonly core: readonly string[]; readonly suffix: readonly string[] } {
  const dash = version.indexOf("-");
  if (dash === -1) return { core: version.split("."), suffix: [] };
  return { core: version.slice(0, dash).split("."), suffix: version.slice(dash + 1).split(".") };
}

/** Numbers by value and before words, words by code units. */
function compareIdentifiers(left: string, right: string): number {
  const [one, other] = [left, right].map((text) => (/^[0-9]+$/.test(text) ? BigInt(text) : undefined));
  if (one !== undefined && other !== undefined) return one < other ? -1 : one > other ? 1 : 0;
  if (one !== undefined || other !== undefined) return one !== undefined ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}
