// This file checks quantised graphs against the float32 ones they were made from: every form of product, tables, both runtimes.
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import {
  attr,
  decodeModel,
  encodeModel,
  floatTensor,
  type Graph,
  GraphBuilder,
  inferShapes,
  quantise,
  type Values,
  type WeightFormat,
} from "@kolm/onnx";
import { countMacs } from "@kolm/runtime";
import { createSession as createWasmSession } from "@kolm/runtime/wasm";
import { randomEncoder } from "../support/encoder.ts";
import { numbers } from "../support/numbers.ts";
import { runGraph } from "../support/session.ts";

const FORMATS: readonly WeightFormat[] = ["int8", "int4"];
/** Largest share of a result's own size that quantisation may move it by. */
const TOLERANCE = { int8: 0.02, int4: 0.15 };
const ROWS = 96;
const COLUMNS = 80;

function weight(dims: readonly [number, number], seed = "weight"): ReturnType<typeof floatTensor> {
  const random = numbers(seed);
  return floatTensor(
    Float32Array.from({ length: dims[0] * dims[1] }, () => 2 * random() - 1),
    dims,
  );
}

/** y of [batch, n] from x of [batch, k] by one node. */
function product(make: (graph: GraphBuilder) => void, [k, n]: readonly [number, number]): Graph {
  const graph = new GraphBuilder("product");
  graph.input("x", "float32", ["batch", k]);
  make(graph);
  graph.output("y", "float32", ["batch", n]);
  return graph.build();
}

function inputOf(width: number): Values {
  const random = numbers("x");
  return {
    x: { type: "float32", dims: [3, width], data: Float32Array.from({ length: 3 * width }, () => 2 * random() - 1) },
  };
}

const CASES: readonly [string, Graph, number][] = [
  [
    "MatMul",
    product(
      (graph) => graph.node("MatMul", ["x", graph.initializer("w", weight([ROWS, COLUMNS]))], {}, { outputs: ["y"] }),
      [ROWS, COLUMNS],
    ),
    ROWS,
  ],
  [
    "a width that is no multiple of a block",
    product(
      (graph) => graph.node("MatMul", ["x", graph.initializer("w", weight([75, COLUMNS]))], {}, { outputs: ["y"] }),
      [75, COLUMNS],
    ),
    75,
  ],
  [
    "Gemm with transB, alpha, beta and a bias",
    product(
      (graph) =>
        graph.node(
          "Gemm",
          ["x", graph.initializer("w", weight([COLUMNS, ROWS])), graph.initializer("b", weight([1, COLUMNS], "bias"))],
          { transB: attr.int(1), alpha: attr.float(0.5), beta: attr.float(3) },
          { outputs: ["y"] },
        ),
      [ROWS, COLUMNS],
    ),
    ROWS,
  ],
];

for (const format of FORMATS) {
  describe(`${format} weights`, () => {
    for (const [name, graph, width] of CASES) {
      it(`multiply as float32 ones do, nearly: ${name}`, async () => {
        const small = quantise(graph, { format });
        assert.ok(![...small.initializers.keys()].includes("w"));
        const [exact, found] = [await yOf(graph, width), await yOf(small, width)];
        const size = Math.sqrt(exact.reduce((sum, value) => sum + value * value, 0));
        const error = Math.sqrt(exact.reduce((sum, value, at) => sum + (value - (found[at] ?? NaN)) ** 2, 0));
        assert.ok(error / size < TOLERANCE[format], `${error / size}`);
        assert.ok(error > 0);
      });
    }

    it("make an encoder a fraction of its size that still gives nearly the same vectors, natively and in WebAssembly", async () => {
      const graph = randomEncoder({ vocabulary: 4_100, width: 64, inner: 128, layers: 2 });
      const model = encodeModel(quantise(graph, { format }));
      assert.ok(model.length < 0.4 * encodeModel(graph).length);
      assert.deepEqual(encodeModel(quantise(graph, { format })), model);
      const [exact, native] = [await runGraph(graph, TEXT), await runGraph(decodeModel(model), TEXT)];
      const session = await createWasmSession(model);
      const wasm = await session.run(TEXT);
      await session.close();
      for (const values of [native, wasm]) assert.ok(cosine(exact, values) > (format === "int8" ? 0.999 : 0.98));
    });

    it("count as many multiply-accumulates, and have shapes", () => {
      const graph = randomEncoder({ vocabulary: 40, width: 64, inner: 128, layers: 1 });
      const small = quantise(graph, { format });
      assert.equal(countMacs(small, 7), countMacs(graph, 7));
      assert.deepEqual(inferShapes(small).dims("pooled"), ["batch", 64]);
    });
  });
}

test("weights that are kept, and small ones, stay float32", () => {
  const graph = randomEncoder({ vocabulary: 40, width: 64, inner: 128, layers: 1 });
  const small = quantise(graph, { format: "int8", keep: ["layer.0.up.weight"] });
  assert.equal(small.initializers.get("layer.0.up.weight")?.type, "float32");
  assert.equal(small.initializers.get("embedding")?.type, "float32");
  assert.ok(!small.initializers.has("layer.0.down.weight"));
});

test("a table that is also multiplied with is quantised for each use", () => {
  const graph = new GraphBuilder("tied");
  graph.input("ids", "int64", ["tokens"]);
  const table = graph.initializer("table", weight([4_200, 64]));
  const [rows] = graph.node("Gather", [table, "ids"]);
  graph.node("Gemm", [rows, table], { transB: attr.int(1) }, { outputs: ["y"] });
  graph.output("y", "float32", ["tokens", 4_200]);
  const { initializers } = quantise(graph.build(), { format: "int8" });
  assert.ok(
    [...initializers.values()].every(({ type, dims }) => type !== "float32" || dims.length < 2 || dims[1] === 1),
  );
});

test("int8 weights of products stay within ±64, so that 16-bit sums of two never overflow", () => {
  const small = quantise(CASES[0]?.[1] ?? assert.fail(), { format: "int8" });
  const { bytes } = small.initializers.get("w.int8") ?? assert.fail();
  const integers = [...new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)];
  assert.deepEqual([Math.min(...integers) >= -64, Math.max(...integers.map(Math.abs))], [true, 64]);
});

test("int8 products give the same bits natively and in WebAssembly", async () => {
  const small = quantise(CASES[0]?.[1] ?? assert.fail(), { format: "int8" });
  const session = await createWasmSession(encodeModel(small));
  const { y } = await session.run(inputOf(ROWS));
  await session.close();
  assert.deepEqual(y?.data, await yOf(small, ROWS));
});

const TEXT: Values = {
  ids: { type: "int64", dims: [1, 6], data: BigInt64Array.of(3n, 900n, 41n, 4_000n, 7n, 2_222n) },
  mask: { type: "int64", dims: [1, 6], data: new BigInt64Array(6).fill(1n) },
};

async function yOf(graph: Graph, width: number): Promise<Float32Array> {
  const { y } = await runGraph(graph, inputOf(width));
  assert.ok(y?.type === "float32");
  return y.data;
}

function cosine(one: Values, other: Values): number {
  const [a, b] = [one["pooled"], other["pooled"]];
  assert.ok(a?.type === "float32" && b?.type === "float32");
  return a.data.reduce((sum, value, at) => sum + value * (b.data[at] ?? NaN), 0);
}
