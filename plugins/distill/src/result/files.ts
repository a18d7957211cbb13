// This file writes the student: student.json, adapter and heads as safetensors, PEFT's config, and the training report.
import { assert } from "@kolm/format";
import { type Weights, writeSafetensors } from "@kolm/onnx";
import { peftConfig, StudentFile, toPeft } from "@kolm/runtime";
import type { Outputs } from "@kolm/stage";
import type { Calibration } from "../calibrate/calibrate.ts";
import type { Material } from "../material.ts";
import type { SettledOptions } from "../options.ts";
import type { Search } from "../search/search.ts";
import type { Plan } from "../train/plan.ts";
import type { Trained } from "../train/train.ts";
import type { Evidence } from "./evidence.ts";
import { reportOf } from "./report.ts";
import type { Smaller } from "./smaller.ts";

export type Student = {
  readonly material: Material;
  readonly plan: Plan;
  readonly trained: Trained;
  /** Undefined where the weights ship in float32. */
  readonly smaller: Smaller | undefined;
  readonly calibration: Calibration;
  /** Undefined where the task keeps its examples to itself. */
  readonly evidence: Evidence | undefined;
  readonly options: SettledOptions;
  /** What a search for settings tried. */
  readonly search?: Search;
  /** The family of kernels that trained it. */
  readonly kernels: string;
};

/** Adapter and heads go to the store, the rest beside the pointers to them. */
export async function writeStudent(student: Student, outputs: Outputs): Promise<void> {
  const { material, trained, smaller } = student;
  const lora = material.spec.lora;
  const adapter = pick(trained.weights, (name) => LORA.test(name));
  const heads = pick(trained.weights, (name) => !LORA.test(name));
  await outputs.json("adapter.json", {
    adapter: await outputs.blob(writeSafetensors(toPeft(adapter), { format: "pt" })),
    heads: await outputs.blob(writeSafetensors(heads)),
  });
  await outputs.json(
    "adapter_config.json",
    peftConfig({
      base: material.base.name,
      rank: lora?.rank ?? 1,
      alpha: lora?.alpha ?? 1,
      parameters: lora?.targets ?? [],
    }),
  );
  if (smaller !== undefined) {
    await outputs.json("merged.json", {
      student: await outputs.blob(smaller.student),
      encoder: await outputs.blob(smaller.encoder),
    });
  }
  if (student.evidence !== undefined) {
    await outputs.json("evidence.json", student.evidence.file);
    await outputs.bytes("evidence.bin", student.evidence.vectors);
  }
  await outputs.json("student.json", studentFile(student));
  await outputs.json("training.json", reportOf(student));
}

const LORA = /\.lora_[AB]$/;

function pick(weights: Weights, keep: (name: string) => boolean): Weights {
  return new Map([...weights].filter(([name]) => keep(name)));
}

function studentFile({ material: { base, heads, spec }, calibration, smaller }: Student): StudentFile {
  const file = {
    encoder: {
      ids: base.encoder.ids,
      mask: base.encoder.mask,
      pooled: base.encoder.pooled,
      tokens: base.encoder.tokens,
    },
    lora: spec.lora,
    ...(smaller === undefined ? {} : { weights: weightsFact(smaller.cost) }),
    heads: heads.map(({ name, field, kind, labels, wholeWords }) => ({
      name,
      field,
      kind,
      labels,
      ...(wholeWords === undefined ? {} : { wholeWords }),
      temperature: decimal(calibration.temperatures[name] ?? 1),
    })),
    sureness: { slope: decimal(calibration.scale.slope), offset: String(calibration.scale.offset) },
    thresholds: { confidence: decimal(calibration.confidence.threshold), scope: decimal(calibration.scope) },
    maxTokens: base.maxTokens,
  };
  const checked = StudentFile.safeParse(file);
  assert(checked.success, `student.json is what the runtime reads: ${checked.error?.message ?? ""}`);
  return checked.data;
}

function weightsFact({ format, rows, fp32, shipped }: Smaller["cost"]): StudentFile["weights"] {
  return { format, rows, fp32: decimal(fp32), shipped: decimal(shipped) };
}

/** Six digits after the point, rounded down so that an answer at the threshold passes it; no trailing zeros. */
function decimal(value: number): string {
  const millionths = Math.floor(value * 1e6 + 1e-4);
  const digits = String(millionths).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, "");
}
