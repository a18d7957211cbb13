// This file measures what recipes alone answer of support-bot's evals: whole records and single fields, by the real stages.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { FieldValue } from "@kolm/format";
import { openEnvironment, runStep } from "@kolm/nx";
import { createRuntime, LAYER, type LayerReader, type Runtime } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { folderInputs, layoutOf } from "@kolm/stage";
import type { Row } from "../bench.ts";

const ROOT = join(import.meta.dirname, "../../../../..");
const TASK = "support-bot";
/** The default, then one that fewer examples can meet. */
const GATES = [undefined, 0.9] as const;

type Eval = { readonly input: string; readonly output: Readonly<Record<string, FieldValue>> | null };
type Tally = { given: number; right: number };

/** Compiles the task's recipes at two gates and answers its evals with them alone. */
export async function measureSupportBot(): Promise<readonly Row[]> {
  const root = await mkdtemp(join(tmpdir(), "kolm-bench-"));
  try {
    await writeFile(join(root, "kolm.workspace.yaml"), await readFile(join(ROOT, "kolm.workspace.yaml")));
    await cp(join(ROOT, "tasks", TASK), join(root, "tasks", TASK), { recursive: true });
    const rows: Row[] = [];
    for (const gate of GATES) rows.push(...(await measureGate(root, gate)));
    return rows;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function measureGate(root: string, gate: number | undefined): Promise<Row[]> {
  const file = join(root, "tasks", TASK, "task.yaml");
  if (gate !== undefined) await writeFile(file, `${await readFile(file, "utf8")}\nrecipes:\n  precision: ${gate}\n`);
  const environment = await openEnvironment(root, new AbortController().signal);
  try {
    for (const stage of ["spec", "teach", "recipes"])
      await runStep({ owner: TASK, stage, report: () => {} }, environment);
    const inputs = folderInputs((stage) => layoutOf(root).stage(TASK, stage), environment.store);
    const layers = new Map<string, Uint8Array>([
      [LAYER.contract, await inputs.bytes("spec/contract.json")],
      [LAYER.recipes, await inputs.bytes("recipes/pack.json")],
    ]);
    const layer: LayerReader = (path) => Promise.resolve(layers.get(path));
    const runtime = await createRuntime(layer, { createSession }, { use: ["recipes"] });
    const evals = new TextDecoder().decode(await inputs.bytes("spec/evals.jsonl")).split("\n");
    const parsed = evals.filter((line) => line !== "").map((line) => JSON.parse(line) as Eval); // the stage's own file
    return await rowsOf(runtime, parsed, `gate ${gate ?? "0.98 (default)"}`);
  } finally {
    await environment.store.close();
  }
}

/** One row for whole records, one a field; what is said of an input out of scope is wrong, but for a span, which has no truth there. */
async function rowsOf(runtime: Runtime, evals: readonly Eval[], gate: string): Promise<Row[]> {
  const record: Tally = { given: 0, right: 0 };
  const fields = new Map(
    Object.keys(runtime.contract.output).map((name): [string, Tally] => [name, { given: 0, right: 0 }]),
  );
  for (const { input, output } of evals) {
    const answer = await runtime.answer(input);
    if (!answer.abstained)
      count(
        record,
        output !== null && Object.entries(output).every(([name, value]) => isSame(answer.output?.[name], value)),
      );
    for (const [name, { value }] of Object.entries(answer.fields)) {
      const tally = fields.get(name);
      if (tally !== undefined && (output !== null || typeof value === "string"))
        count(tally, output !== null && isSame(value, output[name]));
    }
  }
  const row = (what: string, { given, right }: Tally, aim: string): Row => ({
    what: `support-bot, ${gate}: ${what} by recipes alone`,
    aim,
    measured: `${((100 * given) / evals.length).toFixed(1)} % (${given} of ${evals.length}), ${right} right`,
    holds: aim === "" ? null : given > 0 && right === given,
  });
  return [
    row("evals answered whole", record, "> 0, all right"),
    ...[...fields].map(([name, tally]) => row(name, tally, "")),
  ];
}

function count(tally: Tally, right: boolean): void {
  tally.given += 1;
  if (right) tally.right += 1;
}

function isSame(said: FieldValue | undefined, truth: FieldValue | undefined): boolean {
  return isDeepStrictEqual(said, truth);
}
