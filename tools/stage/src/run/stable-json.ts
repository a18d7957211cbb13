// This file writes JSON with sorted keys, so that equal values give equal bytes between stages.

/** JSON text with keys in code-unit order; RFC 8785 for what the artifact's canonical form allows, and fractions besides. */
export function stableJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: unknown) => stableJson(item ?? null)).join(",")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${stableJson(member)}`).join(",")}}`;
}
