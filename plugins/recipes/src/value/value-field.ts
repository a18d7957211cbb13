// This file learns text fields that are one value of the input in canonical form: a date, a number, an amount, a phone number.
import { compilePack, type Recipe, VALUE_KINDS, type ValueKind, type ValueSettings } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import type { Draft, Learner } from "../evidence/cross-fit.ts";

type Reading = Omit<ValueSettings, "reference">;
type Place = "only" | "first" | "last";

const PLACES: readonly Place[] = ["only", "first", "last"];

/** Settings tried for each kind, those that claim least first; what they leave open gives no answer. */
const READINGS: Readonly<Record<ValueKind, readonly Reading[]>> = {
  number: [{}, { point: "," }],
  ordinal: [{}],
  percent: [{}, { point: "," }],
  date: dateReadings(),
  time: [{}, { clock: 24 }],
  datetime: dateReadings().flatMap((reading) => [reading, { ...reading, clock: 24 as const }]),
  duration: [{}],
  phone: regions("US GB DE FR NL IT ES IE AU NZ IN CH AT BE SE NO DK PL PT BR CN JP KR ZA"),
  currency: regions("US GB CA AU NZ JP IN").flatMap((reading) => [reading, { ...reading, point: "," as const }]),
  unit: [{}, { point: "," }],
  age: [{}],
  range: [{}, { point: "," }],
  period: dateReadings(),
  repeat: [{}],
};

/** Of the answers looked at first, this share must be met for a candidate to be judged on all. */
const GLANCE = 24;

/** Drafts that give the field's text on `minSupport` answers and are hardly ever wrong; one group, so the gate keeps one. */
export function learnValue(field: string, minSupport: number): Learner {
  return (answers) => {
    const glance = answers.filter(({ output }) => output !== null).slice(0, GLANCE);
    return candidates(field)
      .filter(({ recipe }) => glance.length > 0 && agreement(recipe, glance).right > 0)
      .filter(({ recipe }) => {
        const { right, wrong } = agreement(recipe, answers);
        return right >= minSupport && wrong * 20 <= right;
      });
  };
}

function candidates(field: string): readonly Draft[] {
  const drafts: Draft[] = [];
  for (const kind of VALUE_KINDS) {
    for (const [index, reading] of READINGS[kind].entries()) {
      for (const place of PLACES) {
        const id = `${field}/value/${kind}.${index}.${place}`;
        const rank = drafts.length;
        drafts.push({
          recipe: recipeOf({ id, field, kind, reading, place }),
          group: `${field}/value`,
          rank,
          triggersIn: () => [],
        });
      }
    }
  }
  return drafts;
}

type Candidate = {
  readonly id: string;
  readonly field: string;
  readonly kind: ValueKind;
  readonly reading: Reading;
  readonly place: Place;
};

function recipeOf({ id, field, kind, reading, place }: Candidate): Recipe {
  return {
    id,
    field,
    gives: "text",
    nodes: [
      { op: "spot", as: kind, ...reading },
      { op: "pick", of: 0, at: place },
      { op: "slice", of: 1 },
      { op: "parse", of: 2, as: kind, ...reading },
    ],
  };
}

function agreement(recipe: Recipe, answers: readonly Answer[]): { right: number; wrong: number } {
  const pack = compilePack([recipe]);
  let [right, wrong] = [0, 0];
  for (const { input, output } of answers) {
    const said = pack.decide(input).fields.get(recipe.field)?.value;
    if (said === undefined) continue;
    if (output !== null && output.get(recipe.field) === said) right += 1;
    else wrong += 1;
  }
  return { right, wrong };
}

function dateReadings(): readonly Reading[] {
  const orders: readonly Reading[] = [{}, { order: "dmy" }, { order: "mdy" }];
  return [undefined, 1950, 1970, 1930, 1900, 2000].flatMap((century) =>
    orders.map((reading) => (century === undefined ? reading : { ...reading, century })),
  );
}

function regions(names: string): readonly Reading[] {
  return [{}, ...names.split(" ").map((region) => ({ region }))];
}
