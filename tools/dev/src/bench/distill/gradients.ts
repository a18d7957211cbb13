// This file measures how far gradients are from central differences: every rule, every target module of three models.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Row } from "../bench.ts";

/** Relative error in fp32. */
const AIM = 1e-3;

type Finding = { readonly parameter: string; readonly error: number };
/** What the gradient tests export: the benchmark measures what they check. */
type Case = { readonly name: string };
type Cases = { readonly CASES: readonly Case[] };
type Differences = { readonly measureGradient: (checked: Case) => Promise<readonly { readonly error: number }[]> };
type Models = {
  readonly MODELS: readonly {
    readonly name: string;
    readonly check: () => Promise<unknown>;
    readonly measure: (check: unknown) => Promise<readonly Finding[]>;
  }[];
};

/** One row for the worst rule case, one for the worst target module of each model. */
export async function measureGradients(): Promise<readonly Row[]> {
  const { MODELS } = await fromTests<Models>("onnx/modules/models.ts");
  const cases = await measureRules();
  const rows = [rowOf(`${cases.length} cases of single rules`, cases)];
  for (const { name, check, measure } of MODELS) {
    const findings = await measure(await check());
    const targets = findings.filter(({ parameter }) => parameter.includes(".lora_"));
    const modules = targets.map(({ parameter, error }) => ({ name: parameter, error }));
    rows.push(rowOf(`${name}, ${targets.length / 2} target modules`, modules));
  }
  return rows;
}

async function measureRules(): Promise<{ name: string; error: number }[]> {
  const { CASES } = await fromTests<Cases>("onnx/gradient/all-cases.ts");
  const { measureGradient } = await fromTests<Differences>("onnx/gradient/differences.ts");
  const cases: { name: string; error: number }[] = [];
  for (const checked of CASES) {
    const errors = (await measureGradient(checked)).map(({ error }) => error);
    cases.push({ name: checked.name, error: Math.max(...errors) });
  }
  return cases;
}

/** Tests are no package, so they are loaded by their place. */
async function fromTests<T>(path: string): Promise<T> {
  const file = join(import.meta.dirname, "../../../../../test", path);
  // The types above repeat what these modules export.
  return (await import(pathToFileURL(file).href)) as T;
}

function rowOf(what: string, findings: readonly { readonly name: string; readonly error: number }[]): Row {
  const worst = findings.toSorted((a, b) => b.error - a.error)[0];
  const error = worst?.error ?? NaN;
  return {
    what: `Gradients against central differences, ${what}, worst relative error`,
    aim: `<= ${AIM.toExponential(0)}`,
    measured: `${error.toExponential(1)} (${worst?.name ?? "none"})`,
    holds: error <= AIM,
  };
}
