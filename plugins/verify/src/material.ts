// This file reads what verify is given: the task's rows, the device, the teacher's baseline and the corpus.
import { Contract, KolmError } from "@kolm/format";
import { type Device, DeviceProfile, type Inputs, readSpecRows, type SpecRow } from "@kolm/stage";
import { z } from "zod";
import type { CorpusText } from "./leakage/sources.ts";
import { type BaselineFile, readBaseline } from "./score/baseline.ts";

/** All that is scored against; the draft's own layers come apart from it. */
export type Material = {
  readonly contract: Contract;
  readonly device: Device;
  readonly examples: readonly SpecRow[];
  readonly evals: readonly SpecRow[];
  readonly golden: readonly SpecRow[];
  readonly taught: readonly { readonly id: string; readonly input: string }[];
  readonly corpus: readonly CorpusText[];
  readonly baseline: BaselineFile;
  /** What the compile's teacher calls cost, for examples and for the baseline. */
  readonly spendUsd: number;
};

const DeviceFile = z.object({ name: z.string(), profile: DeviceProfile, lifetimeRequests: z.int().positive() });
const LedgerFile = z.object({ cost: z.string().regex(/^\d+(\.\d+)?$/) });
const TaughtRow = z.object({ id: z.string(), input: z.string() });
const CorpusFile = z.array(z.object({ path: z.string(), sha256: z.string(), size: z.int() }));

/** Reads every declared input but the layers; KolmError INPUT_MISSING, INPUT_INVALID or BASELINE_INVALID. */
export async function readMaterial(inputs: Inputs): Promise<Material> {
  return {
    contract: await read(inputs, "spec/contract.json", Contract),
    device: await read(inputs, "spec/device.json", DeviceFile),
    examples: await readSpecRows(inputs, "examples"),
    evals: await readSpecRows(inputs, "evals"),
    golden: await readSpecRows(inputs, "golden"),
    taught: await readTaught(inputs),
    corpus: await readCorpus(inputs),
    baseline: await readTeacher(inputs),
    spendUsd: await readSpend(inputs),
  };
}

async function read<T>(inputs: Inputs, path: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await inputs.json(path));
  if (parsed.success) return parsed.data;
  throw new KolmError("INPUT_INVALID", `${path}: ${z.prettifyError(parsed.error)}`, {
    hint: "Run the stage that writes it again.",
  });
}

/** A task that neither measures nor declares a baseline has no file of it. */
async function readTeacher(inputs: Inputs): Promise<BaselineFile> {
  const path = "baseline/baseline.json";
  return readBaseline((await inputs.has(path)) ? await inputs.json(path) : { baseline: "none" });
}

/** Nine places, as printed: K is computed with just what the score shows. */
async function readSpend(inputs: Inputs): Promise<number> {
  let spend = 0;
  for (const path of ["teach/ledger.json", "baseline/ledger.json"]) {
    if (await inputs.has(path)) spend += Number((await read(inputs, path, LedgerFile)).cost);
  }
  return Number(spend.toFixed(9));
}

async function readTaught(inputs: Inputs): Promise<Material["taught"]> {
  if (!(await inputs.has("teach/answers.jsonl"))) return [];
  const lines = decode(await inputs.bytes("teach/answers.jsonl")).split("\n");
  return lines.filter((line) => line !== "").map((line) => TaughtRow.parse(JSON.parse(line)));
}

async function readCorpus(inputs: Inputs): Promise<CorpusText[]> {
  const files = await read(inputs, "spec/corpus.json", CorpusFile);
  return Promise.all(
    files.map(async ({ path, sha256, size }) => ({ path, text: decode(await inputs.blob({ sha256, size })) })),
  );
}

// A corpus may hold files that are no text; what does not decode is no eval either.
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
