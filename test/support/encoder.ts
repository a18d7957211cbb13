// This file builds a small random transformer encoder for tests, of the same make as the default base.
import { GraphBuilder, attr, floatTensor } from "@kolm/onnx";
import type { Graph, StudentSpec } from "@kolm/onnx";
import { numbers } from "./numbers.ts";

export type EncoderSize = {
  readonly vocabulary: number;
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
};

export const TINY: EncoderSize = { vocabulary: 40, width: 16, inner: 32, layers: 2 };

export const ENCODER = { ids: "ids", mask: "mask", pooled: "pooled", tokens: "tokens" } as const;

export const SPEC: StudentSpec = {
  encoder: ENCODER,
  lora: { rank: 4, alpha: 8, targets: ["qkv", "out", "up", "down"] },
  heads: [
    { name: "intent", on: "pooled", classes: 4 },
    { name: "span", on: "tokens", classes: 3, weight: 0.5 },
  ],
};

/** Inputs ids and mask int64 [batch, tokens]; outputs tokens [batch, tokens, width] and pooled [batch, width], unit vectors. */
export function randomEncoder({ vocabulary, width, inner, layers }: EncoderSize = TINY, seed = "encoder"): Graph {
  const graph = new GraphBuilder("encoder");
  const random = numbers(seed);
  const weight = (name: string, rows: number, columns: number): string => {
    const bound = Math.sqrt(3 / rows);
    return graph.initializer(
      name,
      floatTensor(
        Float32Array.from({ length: rows * columns }, () => (2 * random() - 1) * bound),
        [rows, columns],
      ),
    );
  };
  const op = (name: string, inputs: readonly string[], attributes = {}): string =>
    graph.node(name, inputs, attributes)[0];
  const linear = (name: string, x: string, [rows, columns]: readonly [number, number]): string => {
    const product = op("MatMul", [x, weight(`${name}.weight`, rows, columns)]);
    return op("Add", [product, graph.initializer(`${name}.bias`, floatTensor(new Float32Array(columns).fill(0.01)))]);
  };
  const norm = (name: string, x: string): string => {
    const scale = graph.initializer(`${name}.scale`, floatTensor(new Float32Array(width).fill(1)));
    const shift = graph.initializer(`${name}.shift`, floatTensor(new Float32Array(width)));
    return op("LayerNormalization", [x, scale, shift], { epsilon: attr.float(1e-6) });
  };
  const heads = 2;
  graph.input("ids", "int64", ["batch", "tokens"]);
  graph.input("mask", "int64", ["batch", "tokens"]);
  const present = op("Cast", ["mask"], { to: attr.int(1) });
  const absent = op("Mul", [op("Sub", [graph.floats([1]), present]), graph.floats([-1e9])]);
  const bias = op("Unsqueeze", [absent, graph.ints([1, 2])]);
  const attend = (name: string, x: string): string => {
    const [q, k = "", v = ""] = graph.node(
      "Split",
      [linear(`${name}.qkv`, x, [width, 3 * width])],
      { axis: attr.int(-1) },
      { outputs: 3 },
    );
    const split = (part: string, perm: readonly number[]): string =>
      op("Transpose", [op("Reshape", [part, graph.ints([0, 0, heads, width / heads])])], { perm: attr.ints(perm) });
    const scores = op("Mul", [
      op("MatMul", [split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])]),
      graph.floats([Math.sqrt(heads / width)]),
    ]);
    const shares = op("Softmax", [op("Add", [scores, bias])], { axis: attr.int(-1) });
    const mixed = op("Transpose", [op("MatMul", [shares, split(v, [0, 2, 1, 3])])], { perm: attr.ints([0, 2, 1, 3]) });
    return linear(`${name}.out`, op("Reshape", [mixed, graph.ints([0, 0, width])]), [width, width]);
  };
  let x = op("Gather", [weight("embedding", vocabulary, width), "ids"]);
  for (let layer = 0; layer < layers; layer++) {
    const name = `layer.${layer}`;
    x = op("Add", [x, attend(name, norm(`${name}.norm1`, x))]);
    const wide = op("Relu", [linear(`${name}.up`, norm(`${name}.norm2`, x), [width, inner])]);
    x = op("Add", [x, linear(`${name}.down`, wide, [inner, width])]);
  }
  graph.node("Identity", [x], {}, { outputs: ["tokens"] });
  const column = op("Unsqueeze", [present, graph.ints([2])]);
  const sum = op("ReduceSum", [op("Mul", ["tokens", column]), graph.ints([1])], { keepdims: attr.int(0) });
  const mean = op("Div", [sum, op("ReduceSum", [present, graph.ints([1])])]);
  const bent = op("Tanh", [linear("pool", mean, [width, width])]);
  graph.node("Div", [bent, op("ReduceL2", [bent], { axes: attr.ints([-1]) })], {}, { outputs: ["pooled"] });
  graph.output("tokens", "float32", ["batch", "tokens", width]);
  graph.output("pooled", "float32", ["batch", width]);
  return graph.build();
}
