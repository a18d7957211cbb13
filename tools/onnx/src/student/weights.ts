// This file defines trainable parameters by name.
import { KolmError } from "@kolm/format";
import { elementCount } from "../tensor.ts";

/** Row-major float32 weights by parameter name. */
export type Weights = ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;

export type Parameter = {
  readonly name: string;
  readonly dims: readonly number[];
  readonly group: "lora_A" | "lora_B" | "head";
};

/** The numbers of one parameter; throws KolmError when they are missing or of another shape. */
export function weightsOf(weights: Weights, { name, dims }: Pick<Parameter, "name" | "dims">): Float32Array {
  const found = weights.get(name);
  if (found === undefined) {
    throw new KolmError("WEIGHTS_MISSING", `no weights for ${JSON.stringify(name)}`, {
      hint: "The adapter belongs to another base or other heads.",
    });
  }
  if (found.dims.join() !== dims.join() || found.data.length !== elementCount(dims)) {
    throw new KolmError(
      "WEIGHTS_SHAPE",
      `${JSON.stringify(name)} is [${found.dims.join(",")}], expected [${dims.join(",")}]`,
      {
        hint: "The adapter belongs to another base, rank or label set.",
      },
    );
  }
  return found.data;
}

/**
 * Start of training: A and head weights uniform in ±1/√rows, B and biases zero, so that the student starts as the base.
 * uniform gives numbers in [0, 1) and is drawn in parameter order.
 */
export function initialWeights(parameters: readonly Parameter[], uniform: () => number): Weights {
  return new Map(
    parameters.map(({ name, dims, group }) => {
      const data = new Float32Array(elementCount(dims));
      const bound = 1 / Math.sqrt(dims[0] ?? 1);
      if (group !== "lora_B" && dims.length === 2)
        data.forEach((_, index) => (data[index] = (2 * uniform() - 1) * bound));
      return [name, { dims, data }];
    }),
  );
}
