// This file says what adapter_config.json holds, as PEFT (huggingface/peft, LoraConfig) reads it.
import { moduleOf } from "./peft.ts";

export type Adapted = {
  /** Name of the base. */
  readonly base: string;
  readonly rank: number;
  readonly alpha: number;
  /** Names of the adapted weights in the base. */
  readonly parameters: readonly string[];
};

/** The fields of LoraConfig that say how to read the adapter. */
export function peftConfig({ base, rank, alpha, parameters }: Adapted): Record<string, unknown> {
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
