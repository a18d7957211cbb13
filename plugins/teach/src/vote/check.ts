// This file holds answers to the task's own checks, and the checks to the task's contract.
import {
  type Contract,
  type Field,
  type FieldValue,
  isSources,
  KolmError,
  type LabelledSpan,
  type Output,
} from "@kolm/format";
import { compilePattern } from "@kolm/recipe";
import type { Check, Condition, When } from "./options.ts";

/** Why an answer breaks a check, or undefined; an abstention breaks none. */
export type Checker = (output: Output | null) => string | undefined;

/** Compiles checks; KolmError TEACHER_CHECK for one that names what the contract does not have. */
export function checker(checks: readonly Check[], contract: Contract): Checker {
  for (const [index, check] of checks.entries()) refuseUnknown(check, index, contract);
  const rules = checks.map(ruleOf);
  return (output) => {
    if (output === null) return undefined;
    const broken = rules.findIndex((holds) => !holds(output));
    return broken === -1 ? undefined : `breaks teacher.checks[${broken}]: ${JSON.stringify(checks[broken])}`;
  };
}

type Rule = (output: Output) => boolean;

function ruleOf(check: Check): Rule {
  if ("never" in check) {
    const together = whenRule(check.never);
    return (output) => !together(output);
  }
  if ("when" in check) {
    const [first, second] = [whenRule(check.when), whenRule(check.must)];
    return (output) => !first(output) || second(output);
  }
  const pattern = compilePattern(check.matches, false);
  return (output) => textsOf(output[check.field], check.label).every((text) => pattern.test(text));
}

function whenRule(when: When): Rule {
  const rules = Object.entries(when).map(([field, condition]): Rule => {
    const holds = conditionRule(condition);
    return (output) => holds(output[field] ?? null);
  });
  return (output) => rules.every((holds) => holds(output));
}

function conditionRule(condition: Condition): (value: FieldValue) => boolean {
  if (Array.isArray(condition)) {
    const any = condition.map(conditionRule);
    return (value) => any.some((holds) => holds(value));
  }
  if (condition === null) return isAbsent;
  if (typeof condition !== "object")
    return (value) => value === condition || (typeof condition === "string" && textsOf(value).includes(condition));
  if ("present" in condition) return (value) => isAbsent(value) !== condition.present;
  if ("has" in condition) return (value) => spansOf(value).some(({ label }) => label === condition.has);
  const pattern = compilePattern(condition.matches, false);
  return (value) => textsOf(value).some((text) => pattern.test(text));
}

const isAbsent = (value: FieldValue): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** The text of an enum value or span, or those of a list of spans, of one label when it is given. */
function textsOf(value: FieldValue | undefined, label?: string): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  if (isSources(value)) return value;
  if ("text" in value) return [value.text];
  return value.filter((span) => label === undefined || span.label === label).map(({ text }) => text);
}

function spansOf(value: FieldValue): readonly LabelledSpan[] {
  return typeof value === "object" && value !== null && !isSources(value) && !("text" in value) ? value : [];
}

function refuseUnknown(check: Check, index: number, { output }: Contract): void {
  const fail = (found: string, hint: string): never => {
    throw new KolmError("TEACHER_CHECK", `teacher.checks[${index}] ${found}`, { hint });
  };
  const known = (name: string): Field => {
    const field = Object.hasOwn(output, name) ? output[name] : undefined;
    return field ?? fail(`names the field "${name}"`, `Fields of the task: ${Object.keys(output).join(", ")}.`);
  };
  if ("field" in check) {
    const field = known(check.field);
    if (field.type === "boolean") fail(`matches ${check.field}, which is true or false`, "Use when, must or never.");
    if (check.label !== undefined) refuseValue(field, { has: check.label }, fail);
    return;
  }
  const whens = "never" in check ? [check.never] : [check.when, check.must];
  for (const when of whens)
    for (const [name, condition] of Object.entries(when)) refuseValue(known(name), condition, fail);
}

type Fail = (found: string, hint: string) => never;

/** A value that the field can never have makes a check that says nothing. */
function refuseValue(field: Field, condition: Condition, fail: Fail): void {
  if (Array.isArray(condition)) return condition.forEach((one) => refuseValue(field, one, fail));
  const isSpan = field.type === "span" || field.type === "spans";
  if (typeof condition === "string" && field.type === "enum" && !field.values.includes(condition))
    fail(`names the value "${condition}"`, `Values: ${field.values.join(", ")}.`);
  if ((typeof condition === "boolean") !== (field.type === "boolean") && typeof condition !== "object")
    fail(`has ${JSON.stringify(condition)} for a field of type ${field.type}`, "Write a value of that type.");
  if (condition === null && !isSpan) fail(`has null for a field of type ${field.type}`, "Only spans can be absent.");
  if (typeof condition !== "object" || condition === null) return;
  if ("has" in condition && (field.type !== "spans" || !field.labels.includes(condition.has)))
    fail(`names the label "${condition.has}"`, `Labels: ${field.type === "spans" ? field.labels.join(", ") : "none"}.`);
  if ("present" in condition && !isSpan) fail(`asks whether a ${field.type} is present`, "Only spans can be absent.");
}
