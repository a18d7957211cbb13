// This file gives the weights of Universal Sentence Encoder Lite readable names, checked shapes and one layout, [in, out].
import { KolmError } from "@kolm/format";
import type { Weight32 } from "./tfjs.ts";

const encoder = "Encoder_en/KonaTransformer/Encode";
const applied = `module_apply_default/${encoder}`;

/** Readable name → [TensorFlow name, shape]; TensorFlow keeps 1×1 convolutions as [1, 1, in, out]. */
const NAMES: Readonly<Record<string, readonly [string, readonly number[]]>> = {
  "token.embedding.weight": ["module/Embeddings_en", [8002, 256]],
  "token.timing.scale": [`${applied}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`, [128]],
  ...layerNames(0, { hidden: 256, attention: 256 }),
  "layer.0.residual.weight": [`${applied}/Layer_0/TransformerLayer/dense/kernel/ConcatPartitions/concat`, [256, 512]],
  "layer.0.residual.bias": [`${applied}/Layer_0/TransformerLayer/dense/bias/ConcatPartitions/concat`, [512]],
  ...layerNames(1, { hidden: 512, attention: 512 }),
  "text.pool.weight": ["module/Encoder_en/hidden_layers/tanh_layer_0/weights", [512, 512]],
  "text.pool.bias": ["module/Encoder_en/hidden_layers/tanh_layer_0/bias", [512]],
};

/** Renames the package's weights; KolmError BASE_MALFORMED names one that is absent or has another size. */
export function nameWeights(weights: ReadonlyMap<string, Weight32>): ReadonlyMap<string, Weight32> {
  return new Map(
    Object.entries(NAMES).map(([name, [source, dims]]) => {
      const weight = weights.get(source);
      const size = dims.reduce((product, length) => product * length, 1);
      if (weight?.data.length !== size) {
        throw new KolmError(
          "BASE_MALFORMED",
          `${source} has ${weight?.data.length ?? "no"} numbers, expected ${size}`,
          { hint: "Reinstall the package." },
        );
      }
      return [name, { dims, data: weight.data }];
    }),
  );
}

function layerNames(
  layer: number,
  { hidden, attention }: { hidden: number; attention: number },
): Record<string, readonly [string, readonly number[]]> {
  const own = `${applied}/Layer_${layer}/TransformerLayer`;
  const heads = `MultiheadAttention`;
  const kernel = (name: string): string =>
    `module/${encoder}/Layer_${layer}/TransformerLayer/${heads}/${name}/kernel/part_0`;
  const dense = (name: string): string =>
    `${applied}/TransformerStack/Layer_${layer}/TransformerLayer/FFN/${name}/Tensordot/Reshape_1`;
  const joined = (name: string): string => `${own}/${name}/ConcatPartitions/concat`;
  const prefix = `layer.${layer}`;
  return {
    [`${prefix}.attention.norm.weight`]: [joined("layer_prepostprocess/layer_norm/layer_norm_scale"), [hidden]],
    [`${prefix}.attention.norm.bias`]: [joined("layer_prepostprocess/layer_norm/layer_norm_bias"), [hidden]],
    [`${prefix}.attention.qkv.weight`]: [kernel("qkv_transform_single"), [hidden, 3 * attention]],
    [`${prefix}.attention.qkv.bias`]: [joined(`${heads}/qkv_transform_single/bias`), [3 * attention]],
    [`${prefix}.attention.out.weight`]: [kernel("output_transform_single"), [attention, 512]],
    [`${prefix}.attention.out.bias`]: [joined(`${heads}/output_transform_single/bias`), [512]],
    [`${prefix}.ffn.norm.weight`]: [joined("FFN/layer_prepostprocess/layer_norm/layer_norm_scale"), [512]],
    [`${prefix}.ffn.norm.bias`]: [joined("FFN/layer_prepostprocess/layer_norm/layer_norm_bias"), [512]],
    [`${prefix}.ffn.in.weight`]: [dense("conv1"), [512, 1536]],
    [`${prefix}.ffn.in.bias`]: [joined("FFN/conv1/bias"), [1536]],
    [`${prefix}.ffn.out.weight`]: [dense("conv2"), [1536, 512]],
    [`${prefix}.ffn.out.bias`]: [joined("FFN/conv2/bias"), [512]],
  };
}
