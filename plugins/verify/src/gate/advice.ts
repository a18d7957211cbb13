// This file says what would most likely raise the score: one rule a common cause, each silent when its cause is not there.
import type { Contract, Field, Output } from "@kolm/format";
import type { FieldMetrics } from "../metrics/fields.ts";
import type { Axes, EvalCounts, KFigure } from "@kolm/stage";

/** What the rules look at. */
export type Findings = {
  readonly contract: Contract;
  readonly examples: readonly { readonly output: Output | null }[];
  readonly fields: Readonly<Record<string, FieldMetrics>>;
  readonly k: KFigure;
  readonly axes: Axes;
  readonly counts: EvalCounts;
  /** In-scope evals that were abstained on; wouldBe is the score the withheld answer would have had, when it is known. */
  readonly abstained: readonly { readonly expected: Output; readonly wouldBe: number | undefined }[];
  readonly evals: readonly { readonly output: Output | null }[];
  readonly layers: readonly { readonly path: string; readonly bytes: number }[];
  readonly lifetimeRequests: number;
};

type Rule = (findings: Findings) => readonly string[];

/** Pieces of advice, what is most likely to help first. */
export function adviseOn(findings: Findings): string[] {
  return RULES.flatMap((rule) => rule(findings));
}

const FEW_EXAMPLES = 40;
const SHOWN = 3;

const confusedLabels: Rule = ({ contract, fields, examples }) =>
  Object.entries(fields).flatMap(([name, field]) => {
    if (field.type !== "enum" && field.type !== "boolean") return [];
    return field.confusions
      .filter(({ count }) => count > 1)
      .slice(0, SHOWN)
      .map(({ expected, given, count }) => {
        const [own, other] = [examplesOf(examples, name, expected), examplesOf(examples, name, given)];
        const found = `${name}: ${count} evals that are ${expected} were answered ${given}`;
        if (own < FEW_EXAMPLES)
          return `${found}; ${expected} has ${own} examples: write more that set it apart from ${given}.`;
        const meaning = contract.output[name]?.description === undefined ? " and describe the field" : "";
        return `${found}, with ${own} and ${other} examples: check that people label the two the same way${meaning}.`;
      });
  });

const outOfScope: Rule = ({ counts, examples }) => {
  const answered = counts.answered - counts.answeredInScope;
  const outside = counts.n - counts.inScope;
  if (answered === 0 || answered / outside < 0.1) return [];
  const taught = examples.filter(({ output }) => output === null).length;
  return [
    `${answered} of ${outside} evals that should be abstained on were answered; ${taught} examples have output null: write more of them.`,
  ];
};

const strictAbstention: Rule = ({ abstained, counts }) => {
  const known = abstained.filter(({ wouldBe }) => wouldBe !== undefined);
  const right = known.filter(({ wouldBe }) => wouldBe === 1).length;
  if (known.length < 3 || right / known.length < 0.8) return [];
  return [
    `Abstention looks too strict: ${right} of the ${known.length} withheld answers (of ${counts.inScope} in scope) would have been right.`,
  ];
};

const abstainedLabels: Rule = ({ contract, abstained, evals, examples }) => {
  const named = Object.entries(contract.output).filter(([, field]) => isEnum(field));
  return named.flatMap(([name]) => {
    const silent = new Map<string, number>();
    for (const { expected } of abstained)
      silent.set(String(expected[name]), (silent.get(String(expected[name])) ?? 0) + 1);
    const rows = [...silent].map(([label, count]) => ({ label, count, of: examplesOf(evals, name, label) }));
    const low = rows
      .filter(({ count, of }) => count >= 2 && count / of > 0.3)
      .sort((a, b) => b.count / b.of - a.count / a.of || (a.label < b.label ? -1 : 1));
    return low.slice(0, SHOWN).map(({ label, count, of }) => {
      return `${name}: ${count} of ${of} evals of ${label} got no answer; ${label} has ${examplesOf(examples, name, label)} examples: write more of them.`;
    });
  });
};

const missedSpans: Rule = ({ fields }) =>
  Object.entries(fields).flatMap(([name, field]) => {
    if ((field.type !== "span" && field.type !== "spans") || field.n === 0 || field.f1 >= 0.9) return [];
    const leaning = field.precision < field.recall ? "marks text it should leave" : "misses text or its exact ends";
    return [
      `${name}: boundary F1 is ${field.f1.toFixed(2)}; it ${leaning}. A fixed written form is best caught by a recipe, other text by more examples.`,
    ];
  });

const slow: Rule = ({ axes: { latency } }) => {
  if (Number(latency.value) >= 0.9) return [];
  return [
    `Latency: p95 is ${latency.p95Seconds} s by the cost model, the frontier's ${latency.baseline} s: recipes for the common inputs, a smaller base or a shorter input limit cut it.`,
  ];
};

const costly: Rule = ({ axes: { cost }, lifetimeRequests }) => {
  if (Number(cost.value) >= 0.9) return [];
  return [
    `Cost: ${cost.spendUsd} USD of teacher calls over ${lifetimeRequests} answers; check device.lifetimeRequests, or ask the teacher fewer times an example.`,
  ];
};

const large: Rule = ({ axes: { size }, layers }) => {
  if (Number(size.value) >= 0.9) return [];
  const [biggest] = [...layers].sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  return [
    `Size: ${size.bytes} bytes of layers for a budget of ${size.baseline}; the largest is ${biggest?.path} with ${biggest?.bytes}.`,
  ];
};

const fewEvals: Rule = ({ k, counts }) => {
  const width = Number(k.upper) - Number(k.lower);
  if (width <= 0.15) return [];
  return [
    `K lies between ${k.lower} and ${k.upper} on ${counts.n} evals: more evals make it surer (four times as many halve the interval).`,
  ];
};

const RULES: readonly Rule[] = [
  confusedLabels,
  outOfScope,
  strictAbstention,
  abstainedLabels,
  missedSpans,
  slow,
  large,
  costly,
  fewEvals,
];

const isEnum = (field: Field): boolean => field.type === "enum";

function examplesOf(rows: readonly { readonly output: Output | null }[], name: string, label: string): number {
  return rows.filter(({ output }) => output !== null && String(output[name]) === label).length;
}
