// This file writes the parts of patterns: escaped literals, repeats, classes of the characters seen.

/** A literal with every character that means something escaped. */
export function escape(text: string): string {
  return text
    .replace(/[\\^$.*+?()[\]{}|/-]/g, (char) => `\\${char}`)
    .replace(/\n/g, "\\n")
    .replace(/\t/g, "\\t")
    .replace(/\r/g, "\\r");
}

/** {n}, {n,m}, or nothing for one. */
export function times(lengths: readonly number[]): string {
  const min = Math.min(...lengths);
  const max = Math.max(...lengths);
  if (min === max) return min === 1 ? "" : `{${min}}`;
  return min === 0 && max === 1 ? "?" : `{${min},${max}}`;
}

/** A choice of literals; an empty one makes the rest optional. */
export function choice(literals: readonly string[]): string {
  const filled = literals.filter((literal) => literal !== "").sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  if (filled.length === 0) return "";
  const optional = filled.length < literals.length ? "?" : "";
  if (filled.every((literal) => literal.length === 1)) {
    const only = filled.length === 1 ? escape(filled[0] ?? "") : `[${filled.map(escape).join("")}]`;
    return `${only}${optional}`;
  }
  return filled.length === 1 && optional === ""
    ? escape(filled[0] ?? "")
    : `(?:${filled.map(escape).join("|")})${optional}`;
}

/** The class of characters like those seen: whole categories of letters and digits, other characters one by one. */
export function classLike(chars: Iterable<string>): string {
  const categories = new Set<string>();
  const others = new Set<string>();
  for (const char of chars) {
    const category = CATEGORIES.find(({ test }) => test.test(char));
    if (category === undefined) others.add(char);
    else categories.add(category.range);
  }
  const ranges = CATEGORIES.map(({ range }) => range).filter((range) => categories.has(range));
  return `[${ranges.join("")}${[...others].sort().map(escape).join("")}]`;
}

const CATEGORIES = [
  { test: /^[A-Z]$/, range: "A-Z" },
  { test: /^[a-z]$/, range: "a-z" },
  { test: /^[0-9]$/, range: "0-9" },
  { test: /^[\u00C0-\u024F]$/, range: "\u00C0-\u024F" },
] as const;
