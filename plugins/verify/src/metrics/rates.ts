// This file counts hits and misses of one label and turns them into precision, recall and F1.

/** Counts of one label. */
export type Counts = { hits: number; given: number; expected: number };

/** Shares in [0, 1]; support is how often the label was expected. */
export type LabelRates = {
  readonly label: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
};

/** Counts by label that start at zero. */
export class LabelCounts {
  readonly #counts = new Map<string, Counts>();

  add(label: string, counts: Partial<Counts>): void {
    const known = this.#counts.get(label) ?? { hits: 0, given: 0, expected: 0 };
    this.#counts.set(label, {
      hits: known.hits + (counts.hits ?? 0),
      given: known.given + (counts.given ?? 0),
      expected: known.expected + (counts.expected ?? 0),
    });
  }

  /** Rates of every label that was expected or given, in code-unit order. */
  rates(): LabelRates[] {
    const labels = [...this.#counts.keys()].sort();
    return labels.map((label) => ({
      label,
      ...ratesOf(this.#counts.get(label) ?? { hits: 0, given: 0, expected: 0 }),
    }));
  }
}

/** Precision, recall and F1; nothing given and nothing expected is perfect. */
export function ratesOf({ hits, given, expected }: Counts): Omit<LabelRates, "label"> {
  const f1 = given + expected === 0 ? 1 : (2 * hits) / (given + expected);
  return { precision: ratio(hits, given, expected), recall: ratio(hits, expected, given), f1, support: expected };
}

/** Unweighted mean of the F1 of every label, 0 for none. */
export function macroF1(rates: readonly LabelRates[]): number {
  return rates.length === 0 ? 0 : rates.reduce((sum, { f1 }) => sum + f1, 0) / rates.length;
}

// Of no answers none is wrong: precision over nothing given is 0 only when something should have been given.
const ratio = (hits: number, of: number, other: number): number => (of > 0 ? hits / of : other === 0 ? 1 : 0);
