// This file maps adapter weights to the names and layouts of PEFT (huggingface/peft, LoraModel) and back.
import { assert, KolmError } from "@kolm/format";
import type { Weights } from "@kolm/onnx";

const PREFIX = "base_model.model.";
const OURS = /^(.+)\.lora_([AB])$/;
const THEIRS = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;

/** `<module>.weight.lora_A` [in, r] becomes `base_model.model.<module>.lora_A.weight` [r, in], and B likewise [out, r]. */
export function toPeft(weights: Weights): Weights {
  const peft = new Map(
    [...weights].map(([name, weight]) => {
      const [, parameter = name, letter = ""] = OURS.exec(name) ?? [];
      return [`${PREFIX}${moduleOf(parameter)}.lora_${letter}.weight`, transposed(weight)];
    }),
  );
  assert(peft.size === weights.size, "every adapted weight belongs to a module of its own");
  return peft;
}

/**
 * The opposite; `parameters` are the names of the adapted weights in the base.
 *
 * @throws KolmError ADAPTER_UNKNOWN for a tensor that is no adapter of theirs.
 */
export function fromPeft(weights: Weights, parameters: readonly string[]): Weights {
  const byModule = new Map(parameters.map((parameter) => [moduleOf(parameter), parameter]));
  return new Map(
    [...weights].map(([name, weight]) => {
      const [, module = "", letter = ""] = THEIRS.exec(name) ?? [];
      const parameter = byModule.get(module);
      if (parameter === undefined || weight.dims.length !== 2) throw unknown(name, weight.dims, [...byModule.keys()]);
      return [`${parameter}.lora_${letter}`, transposed(weight)];
    }),
  );
}

/** The module a weight belongs to: its name without ".weight". */
export const moduleOf = (parameter: string): string => parameter.replace(/\.weight$/, "");

function unknown(name: string, dims: readonly number[], modules: readonly string[]): KolmError {
  const [module = "<module>"] = modules;
  return new KolmError("ADAPTER_UNKNOWN", `the adapter has ${JSON.stringify(name)} [${dims.join(",")}]`, {
    hint:
      `Expected names like "${PREFIX}${module}.lora_A.weight" [r,in] and "….lora_B.weight" [out,r], ` +
      `for ${modules.length === 0 ? "no module" : modules.slice(0, 12).join(", ")}${modules.length > 12 ? ", …" : ""}.`,
  });
}

type Weight = { readonly dims: readonly number[]; readonly data: Float32Array };

function transposed({ dims: [rows = 0, columns = 0], data }: Weight): Weight {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column] ?? 0;
  }
  return { dims: [columns, rows], data: turned };
}
