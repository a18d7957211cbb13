// This file maps adapter weights to the names and layouts of PEFT (huggingface/peft, LoraModel) and back.
import type { Weights } from "@kolm/onnx";

const PREFIX = "base_model.model.";
const OURS = /^(.+)\.lora_([AB])$/;
const THEIRS = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;

/** `<module>.weight.lora_A` [in, r] becomes `base_model.model.<module>.lora_A.weight` [r, in], and B likewise [out, r]. */
export function toPeft(weights: Weights): Weights {
  return new Map(
    [...weights].map(([name, weight]) => {
      const [, parameter = name, letter = ""] = OURS.exec(name) ?? [];
      return [`${PREFIX}${moduleOf(parameter)}.lora_${letter}.weight`, transposed(weight)];
    }),
  );
}

/** The opposite; `parameters` are the names of the adapted weights in the base. */
export function fromPeft(weights: Weights, parameters: readonly string[]): Weights {
  const byModule = new Map(parameters.map((parameter) => [moduleOf(parameter), parameter]));
  return new Map(
    [...weights].map(([name, weight]) => {
      const [, module = name, letter = ""] = THEIRS.exec(name) ?? [];
      return [`${byModule.get(module) ?? module}.lora_${letter}`, transposed(weight)];
    }),
  );
}

/** The module a weight belongs to: its name without ".weight". */
export const moduleOf = (parameter: string): string => parameter.replace(/\.weight$/, "");

type Weight = { readonly dims: readonly number[]; readonly data: Float32Array };

function transposed({ dims: [rows = 0, columns = 0], data }: Weight): Weight {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column] ?? 0;
  }
  return { dims: [columns, rows], data: turned };
}

/** adapter_config.json: the fields of PEFT's LoraConfig that say how to read the adapter. */
export function peftConfig({
  base,
  rank,
  alpha,
  parameters,
}: {
  readonly base: string;
  readonly rank: number;
  readonly alpha: number;
  readonly parameters: readonly string[];
}): Record<string, unknown> {
  return {
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r: rank,
    target_modules: parameters.map(moduleOf),
    task_type: "FEATURE_EXTRACTION",
    use_rslora: false,
  };
}
