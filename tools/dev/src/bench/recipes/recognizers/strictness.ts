// This file chooses, for each family, how strict to be: the loosest way that is precise on blocks of the train split held out.
import { certify, isRight, type Seen, type Strictness, STRICTNESSES } from "./certify.ts";

export type Tally = { rows: number; answered: number; right: number };

const FOLDS = 5;

/** The strictness of each family; a family that no way is precise in is left out. */
export function chosenStrictness(train: readonly Seen[], precision: number): ReadonlyMap<string, Strictness> {
  const chosen = new Map<string, Strictness>();
  for (const strictness of STRICTNESSES) {
    for (const [family, { answered, right }] of heldOut(train, () => strictness)) {
      if (!chosen.has(family) && answered > 0 && right >= precision * answered) chosen.set(family, strictness);
    }
  }
  return chosen;
}

/** Judges each block of the train split by forms certified on the others: rows of one source stand together. */
export function heldOut(
  train: readonly Seen[],
  strictness: (family: string) => Strictness | undefined,
): ReadonlyMap<string, Tally> {
  const size = Math.ceil(train.length / FOLDS);
  const position = new Map<string, number>();
  const tallies = new Map<string, Tally>();
  // Families stand one after another in the file: blocks are cut in each.
  const folds = train.map(({ one: { family } }) => {
    const at = position.get(family) ?? 0;
    position.set(family, at + 1);
    return at;
  });
  const fold = (index: number): number => {
    const all = position.get(train[index]?.one.family ?? "") ?? size;
    return Math.floor(((folds[index] ?? 0) * FOLDS) / all);
  };
  for (let held = 0; held < FOLDS; held++) {
    const others = train.filter((_, index) => fold(index) !== held);
    judge(
      train.filter((_, index) => fold(index) === held),
      certify(others, strictness),
      tallies,
    );
  }
  return tallies;
}

/** Counts rows, answers and right ones by family. */
export function judge(
  rows: readonly Seen[],
  answers: (row: Seen) => boolean,
  tallies: Map<string, Tally> = new Map<string, Tally>(),
): Map<string, Tally> {
  for (const row of rows) {
    const tally = tallies.get(row.one.family) ?? { rows: 0, answered: 0, right: 0 };
    tallies.set(row.one.family, tally);
    tally.rows += 1;
    if (!answers(row)) continue;
    tally.answered += 1;
    if (isRight(row)) tally.right += 1;
  }
  return tallies;
}
