// This file writes the difference of two artifacts for people.
import { canonicalJson } from "@kolm/format";
import type { Answers, ChangedAnswer } from "./answers.ts";
import type { Diff, LayerChange } from "./diff.ts";
import type { Change } from "./leaves.ts";

const MARKS = { same: "=", changed: "~", added: "+", removed: "-" } as const;
const SHOWN = 40;

/** One section each, without those in which nothing differs. */
export function describeDiff({ layers, facts, score, student, evals }: Diff, answers: Answers | undefined): string {
  const counts = `evals: ${evals.from} → ${evals.to}, ${evals.shared} in both`;
  return [
    ["layers", ...layers.map(layerLine)].join("\n"),
    ...[section("facts", facts), section("score", score), section("student", student)].flat(),
    [counts, ...(answers === undefined ? [] : answerLines(answers))].join("\n"),
  ].join("\n\n");
}

function layerLine({ path, state, from, to }: LayerChange): string {
  const size = from === undefined || to === undefined || from === to ? `${to ?? from ?? 0}` : `${from} → ${to}`;
  return `  ${MARKS[state]} ${path}  ${size} bytes`;
}

function section(name: string, changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return [];
  const lines = changes.map(({ what, from, to }) => `  ${what}: ${value(from)} → ${value(to)}`);
  return [[name, ...lines].join("\n")];
}

function answerLines(answers: Answers): readonly string[] {
  if ("unknown" in answers) return [`answers not compared: ${answers.unknown}`];
  const { compared, changed } = answers;
  const more = changed.length > SHOWN ? [`  and ${changed.length - SHOWN} more (--json lists all)`] : [];
  return [`answers: ${changed.length} of ${compared} differ`, ...changed.slice(0, SHOWN).map(answerLine), ...more];
}

function answerLine({ input, output, from, to }: ChangedAnswer): string {
  const expected = output === undefined ? "" : `\n      expected ${value(output)}`;
  return `  ${JSON.stringify(input)}\n      ${said(from)} → ${said(to)}${expected}`;
}

function said(one: ChangedAnswer["from"]): string {
  if ("error" in one) return one.error;
  return one.output === null ? "abstains" : value(one.output);
}

function value(one: unknown): string {
  if (one === undefined) return "nothing";
  const text = typeof one === "string" ? one : canonicalJson(one);
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}
