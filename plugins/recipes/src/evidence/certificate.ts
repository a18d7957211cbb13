// This file defines the certificate of a recipe: what it was learnt from and how it did on answers it had not seen.
import type { Gives } from "@kolm/recipe";
import { decimalDown, wilsonLower } from "./wilson.ts";
import type { Refusal } from "../candidate/read.ts";
import type { Author, Tally } from "./cross-fit.ts";
import { FOLDS } from "./folds.ts";

/** Fractions are decimal strings, so that the file has one canonical form. */
export type Certificate = {
  readonly recipe: string;
  readonly field: string;
  readonly gives: Gives;
  /** Who wrote it. */
  readonly author: Author;
  /** Answers (spans, for marks) it gets right among those it was learnt from. */
  readonly support: number;
  /** Cross-fitting: the same synthesis on the other folds, judged on this one. */
  readonly heldOut: {
    readonly folds: number;
    readonly fired: number;
    readonly right: number;
    readonly precision: string;
  };
  /** The same by value given, when a recipe gives several; each must reach the gate as a plain share. */
  readonly byValue?: readonly { readonly value: string; readonly fired: number; readonly right: number }[];
  readonly lowerBound: string;
  /** 1 − lower bound: the error rate it is unlikely to exceed. */
  readonly errorBound: string;
  /** Ids of answers it gets wrong, held out or not; at most 20. */
  readonly counterExamples: readonly string[];
  /** Held-out inputs with a negation near what the recipe reacts to, and those of them it gets wrong. */
  readonly polarity: { readonly inputs: number; readonly wrong: readonly string[] };
  /** How many alternatives of the same rule were judged; the bound is for one. */
  readonly alternatives: number;
  /** Whole-output recipes: other programs that fit the examples, and inputs without answer on which the recipe abstains. */
  readonly ambiguity?: { readonly rivals: number; readonly inputs: number };
};

export type Rejection = Certificate & { readonly reason: string };

export type Certificates = {
  readonly format: "kolm/recipe-certificates-1";
  readonly gate: string;
  readonly answers: number;
  readonly accepted: readonly Certificate[];
  readonly rejected: readonly Rejection[];
  /** Replies of a teacher that are no programs, where it was asked for some. */
  readonly refused?: readonly Refusal[];
};

const LISTED = 20;

/** The certificate of a tally. */
export function certify(tally: Tally, alternatives: number): Certificate {
  const { recipe, fired, right } = tally;
  const lower = wilsonLower(right, fired);
  const lowerBound = decimalDown(lower);
  return {
    recipe: recipe.id,
    field: recipe.field,
    gives: recipe.gives,
    author: tally.author,
    support: tally.support,
    heldOut: { folds: FOLDS, fired, right, precision: decimalDown(fired === 0 ? 0 : right / fired) },
    ...(tally.parts.size > 1 ? { byValue: partsOf(tally) } : {}),
    lowerBound,
    errorBound: (1 - Number(lowerBound)).toFixed(4),
    counterExamples: [...new Set([...tally.wrong, ...tally.wrongInSample])].sort().slice(0, LISTED),
    polarity: { inputs: tally.negated, wrong: [...tally.negatedWrong].sort().slice(0, LISTED) },
    alternatives,
  };
}

/** Why a tally does not pass the gate; undefined when it does. */
export function rejectionOf(tally: Tally, precision: number): string | undefined {
  if (tally.fired === 0) return "never fired on answers it had not seen";
  if (tally.negatedWrong.length > 0)
    return `wrong on ${tally.negatedWrong.length} inputs with a negation near the trigger`;
  const weak = tally.parts.size > 1 ? partsOf(tally).find(({ fired, right }) => right < fired * precision) : undefined;
  if (weak !== undefined) return `for the value ${weak.value} only ${weak.right} of ${weak.fired} are right`;
  const lower = wilsonLower(tally.right, tally.fired);
  if (lower >= precision) return undefined;
  return `held-out lower bound ${decimalDown(lower)} (${tally.right} of ${tally.fired} right) is below ${decimalDown(precision)}`;
}

function partsOf({ parts }: Tally): { value: string; fired: number; right: number }[] {
  return [...parts].map(([value, record]) => ({ value, ...record })).sort((a, b) => (a.value < b.value ? -1 : 1));
}
