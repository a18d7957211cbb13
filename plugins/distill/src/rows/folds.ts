// This file deals rows into folds so that every label is spread as evenly as it can be.
import type { FieldValue, Output } from "@kolm/format";
import type { Rng } from "@kolm/stage";

type Labelled = { readonly output: Output | null };

/** The fold (0 … count-1) of each row: rows of like answers are shuffled, then dealt round; a label with count rows is in every fold. */
export function dealFolds(rows: readonly Labelled[], count: number, rng: Rng): number[] {
  const fields = fieldsByVariety(rows);
  const keys = rows.map(({ output }) =>
    output === null ? "" : fields.map((field) => keyOf(output[field])).join("\u0001"),
  );
  const order = rng.shuffle(rows.map((_, index) => index));
  // The sort is stable, so rows of one key keep the shuffled order.
  order.sort((a, b) => compare(keys[a] ?? "", keys[b] ?? ""));
  const folds = rows.map(() => 0);
  for (const [place, row] of order.entries()) folds[row] = place % count;
  return folds;
}

/** The field with the most different keys comes first, as rounds are evenest in the first. */
function fieldsByVariety(rows: readonly Labelled[]): string[] {
  const seen = new Map<string, Set<string>>();
  for (const { output } of rows) {
    for (const [field, value] of Object.entries(output ?? {})) {
      const keys = seen.get(field) ?? new Set();
      seen.set(field, keys.add(keyOf(value)));
    }
  }
  const sorted = [...seen].sort(([a, x], [b, y]) => y.size - x.size || compare(a, b));
  return sorted.map(([field]) => field);
}

/** The class itself; for spans only how many there are. */
function keyOf(value: FieldValue | undefined): string {
  if (typeof value !== "object") return `=${String(value)}`;
  if (value === null) return "none";
  return Array.isArray(value) ? `list ${Math.min(value.length, 3)}` : "one";
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
