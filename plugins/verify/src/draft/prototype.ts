// This file answers by the nearest class prototype on the frozen base: what the base is worth before any training.
import type { Contract, Output } from "@kolm/format";

/** Unit vectors of texts under the base encoder. */
export type Encode = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

type Labelled = { readonly input: string; readonly output: Output | null };
type Prototype = { readonly label: string | boolean; readonly centre: Float64Array };

/** True when some field has classes, which is all that prototypes can answer. */
export function hasClasses(contract: Contract): boolean {
  return Object.values(contract.output).some(({ type }) => type === "enum" || type === "boolean");
}

/**
 * An answer to every input, never an abstention: each enum and boolean field takes the label whose mean example vector is
 * nearest by cosine; span fields are answered as empty.
 */
export async function answerByPrototype(
  inputs: readonly string[],
  { contract, examples, encode }: { contract: Contract; examples: readonly Labelled[]; encode: Encode },
): Promise<Output[]> {
  const taught = examples.filter((row): row is Labelled & { output: Output } => row.output !== null);
  const vectors = await encode([...taught.map(({ input }) => input), ...inputs]);
  const [own, asked] = [vectors.slice(0, taught.length), vectors.slice(taught.length)];
  const fields = Object.entries(contract.output).map(([name, { type }]): [string, readonly Prototype[] | null] => {
    if (type !== "enum" && type !== "boolean") return [name, null];
    return [
      name,
      prototypesOf(taught.map(({ output }, row) => ({ label: output[name] as string | boolean, vector: own[row] }))),
    ];
  });
  return asked.map((vector) => {
    const answers = fields.map(([name, prototypes]) => [
      name,
      prototypes === null ? emptyOf(contract, name) : nearest(vector, prototypes),
    ]);
    return Object.fromEntries(answers) as Output; // one value a field of the contract
  });
}

const emptyOf = (contract: Contract, name: string): null | [] => (contract.output[name]?.type === "spans" ? [] : null);

function prototypesOf(rows: readonly { label: string | boolean; vector: Float32Array | undefined }[]): Prototype[] {
  const sums = new Map<string | boolean, Float64Array>();
  for (const { label, vector } of rows) {
    if (vector === undefined) continue;
    const sum = sums.get(label) ?? new Float64Array(vector.length);
    for (const [index, value] of vector.entries()) sum[index] = (sum[index] ?? 0) + value;
    sums.set(label, sum);
  }
  const labels = [...sums.keys()].sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return labels.map((label) => ({ label, centre: unit(sums.get(label) ?? new Float64Array(0)) }));
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function nearest(vector: Float32Array, prototypes: readonly Prototype[]): string | boolean | null {
  let best: { label: string | boolean; likeness: number } | undefined;
  for (const { label, centre } of prototypes) {
    const likeness = centre.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0);
    if (best === undefined || likeness > best.likeness) best = { label, likeness };
  }
  return best?.label ?? null;
}
