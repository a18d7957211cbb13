// This file writes Universal Sentence Encoder Lite as an ONNX graph: ids and mask in, token vectors and one unit vector a text out.
import { assert } from "@kolm/format";
import { attr, type Graph } from "@kolm/onnx";
import { openSheet, type Edges, type Sheet } from "../sheet.ts";
import { USE_LITE } from "./pins.ts";
import type { Weight32 } from "./tfjs.ts";

const HEADS = 4;

const EDGES: Edges = {
  name: USE_LITE.name,
  inputs: [
    { name: "ids", type: "int64", dims: ["batch", "tokens"] },
    { name: "mask", type: "int64", dims: ["batch", "tokens"] },
  ],
  outputs: [
    { name: "tokens", type: "float32", dims: ["batch", "tokens", 512] },
    { name: "pooled", type: "float32", dims: ["batch", 512] },
  ],
};

/** The encoder over the renamed weights; mask is 1 for a token, 0 for padding, which stands at the end. */
export function useLiteGraph(weights: ReadonlyMap<string, Weight32>): Graph {
  const sheet = openSheet(EDGES);
  const weight = (name: string): Weight32 => {
    const found = weights.get(name);
    assert(found, `weight ${name} is named`);
    return found;
  };
  const constants = [...weights.keys()].filter(
    (name) => name !== "token.timing.scale" && name !== "token.embedding.weight",
  );
  for (const name of constants) sheet.floats(name, weight(name).dims, weight(name).data);
  shapes(sheet);
  const present = sheet.op("mask.float", "Cast", ["mask"], { to: attr.int(1) });
  const bias = maskBias(sheet, present);
  const embedded = embed(sheet, weight("token.embedding.weight"), weight("token.timing.scale"));
  const first = layer(sheet, { name: "layer.0", input: embedded, width: 256, bias, scale: 0.125 });
  layer(sheet, {
    name: "layer.1",
    input: first,
    width: 512,
    bias,
    scale: Math.fround(1 / Math.sqrt(128)),
    output: "tokens",
  });
  pool(sheet, present);
  return sheet.graph();
}

/** 0 copies a dimension of the input, -1 takes what is left. */
function shapes(sheet: Sheet): void {
  sheet.integers("shape.mask.keys", [0, 1, 1, -1]);
  sheet.integers("shape.mask.tokens", [0, 0, 1]);
  sheet.integers("axis.tokens", [1]);
  sheet.floats("one", [], Float32Array.of(1));
}

/** 0 for a token, -1e9 for padding, as [batch, 1, 1, tokens]. */
function maskBias(sheet: Sheet, present: string): string {
  sheet.floats("mask.penalty", [], Float32Array.of(1e9));
  const absent = sheet.op("mask.absent", "Sub", [present, "one"]);
  const penalty = sheet.op("mask.keys.flat", "Mul", [absent, "mask.penalty"]);
  return sheet.op("mask.keys", "Reshape", [penalty, "shape.mask.keys"]);
}

/** 2·embedding + timing; the doubling (exact in floating point) is kept in the table. */
function embed(sheet: Sheet, embedding: Weight32, scale: Weight32): string {
  sheet.floats(
    "token.embedding.weight",
    embedding.dims,
    embedding.data.map((value) => 2 * value),
  );
  sheet.floats("token.timing.weight", [USE_LITE.maxTokens, 2 * scale.data.length], timingTable(scale.data));
  // The number of tokens before each place, which for padding at the end is the place itself.
  const position = sheet.op("timing.position", "CumSum", ["mask", "axis.tokens"], { exclusive: attr.int(1) });
  const timing = sheet.op("timing", "Gather", ["token.timing.weight", position]);
  const rows = sheet.op("embedding.rows", "Gather", ["token.embedding.weight", "ids"]);
  return sheet.op("embedding", "Add", [rows, timing]);
}

/** Row p is sin(p·scale) then cos(p·scale), in single precision like the original. */
function timingTable(scale: Float32Array): Float32Array {
  const width = 2 * scale.length;
  const table = new Float32Array(USE_LITE.maxTokens * width);
  for (let position = 0; position < USE_LITE.maxTokens; position++) {
    for (const [index, factor] of scale.entries()) {
      const angle = Math.fround(position * factor);
      table[position * width + index] = Math.sin(angle);
      table[position * width + scale.length + index] = Math.cos(angle);
    }
  }
  return table;
}

type Layer = {
  readonly name: string;
  readonly input: string;
  readonly width: number;
  readonly bias: string;
  readonly scale: number;
  readonly output?: string;
};

function layer(sheet: Sheet, { name, input, width, bias, scale, output }: Layer): string {
  const residual = width === 512 ? input : linear(sheet, `${name}.residual`, input);
  const attended = attention(sheet, {
    name: `${name}.attention`,
    input: norm(sheet, `${name}.attention.norm`, input),
    width,
    bias,
    scale,
  });
  const middle = sheet.op(`${name}.middle`, "Add", [attended, residual]);
  const wide = linear(sheet, `${name}.ffn.in`, norm(sheet, `${name}.ffn.norm`, middle));
  const narrow = linear(sheet, `${name}.ffn.out`, sheet.op(`${name}.ffn.relu`, "Relu", [wide]));
  return sheet.op(output ?? `${name}.output`, "Add", [narrow, middle]);
}

function attention(sheet: Sheet, { name, input, width, bias, scale }: Layer): string {
  const at = (part: string): string => `${name}.${part}`;
  const thirds = sheet.integers(at("thirds"), [width, width, width]);
  const heads = sheet.integers(at("heads"), [0, 0, HEADS, width / HEADS]);
  const merged = sheet.integers(at("merged"), [0, 0, width]);
  sheet.floats(at("scale"), [], Float32Array.of(scale));
  sheet.split(at("split"), [linear(sheet, at("qkv"), input), thirds], {
    outputs: [at("q.flat"), at("k.flat"), at("v.flat")],
    axis: 2,
  });
  const part = (letter: string, perm: readonly number[]): string =>
    sheet.op(at(letter), "Transpose", [sheet.op(at(`${letter}.heads`), "Reshape", [at(`${letter}.flat`), heads])], {
      perm: attr.ints(perm),
    });
  const query = sheet.op(at("q.scaled"), "Mul", [part("q", [0, 2, 1, 3]), at("scale")]);
  const scores = sheet.op(at("scores"), "MatMul", [query, part("k", [0, 2, 3, 1])]);
  const weights = sheet.op(at("weights"), "Softmax", [sheet.op(at("masked"), "Add", [scores, bias])], {
    axis: attr.int(-1),
  });
  const mixed = sheet.op(at("mixed"), "MatMul", [weights, part("v", [0, 2, 1, 3])]);
  const back = sheet.op(at("mixed.heads"), "Transpose", [mixed], { perm: attr.ints([0, 2, 1, 3]) });
  return linear(sheet, at("out"), sheet.op(at("mixed.flat"), "Reshape", [back, merged]));
}

function linear(sheet: Sheet, name: string, input: string): string {
  return sheet.op(name, "Add", [sheet.op(`${name}.product`, "MatMul", [input, `${name}.weight`]), `${name}.bias`]);
}

function norm(sheet: Sheet, name: string, input: string): string {
  return sheet.op(name, "LayerNormalization", [input, `${name}.weight`, `${name}.bias`], {
    axis: attr.int(-1),
    epsilon: attr.float(1e-6),
  });
}

/** tanh(mean over tokens · W + b) at length 1; a text without tokens has the mean 0. */
function pool(sheet: Sheet, present: string): string {
  const column = sheet.op("pool.mask", "Reshape", [present, "shape.mask.tokens"]);
  const sum = sheet.op("pool.sum", "ReduceSum", [sheet.op("pool.present", "Mul", ["tokens", column]), "axis.tokens"], {
    keepdims: attr.int(0),
  });
  const count = sheet.op("pool.count", "ReduceSum", [present, "axis.tokens"], { keepdims: attr.int(1) });
  const mean = sheet.op("pool.mean", "Div", [sum, sheet.op("pool.divisor", "Max", [count, "one"])]);
  const bent = sheet.op("pool.tanh", "Tanh", [linear(sheet, "text.pool", mean)]);
  const length = sheet.op("pool.length", "ReduceL2", [bent], { axes: attr.ints([-1]), keepdims: attr.int(1) });
  return sheet.op("pooled", "Div", [bent, length]);
}
