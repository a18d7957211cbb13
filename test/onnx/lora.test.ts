// This file checks adapters on exported models: each target's gradient, merging, the choice of targets.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  GraphBuilder,
  attr,
  decodeModel,
  differentiate,
  encodeModel,
  findTargets,
  floatTensor,
  gradientName,
  injectLora,
  loraParameters,
  mergeLora,
  tidy,
} from "@kolm/onnx";
import type { Graph, LoraOptions, Parameter, Values, Weights } from "@kolm/onnx";
import { numbers } from "../support/numbers.ts";
import { createSession, runGraph } from "../support/session.ts";

const EXPORTED = join(process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared"), "models/exported");
const skip = existsSync(EXPORTED) ? false : "the shared models are not here";
const OPTIONS: LoraOptions = { targets: ["*"], rank: 4, alpha: 8 };

const ids = BigInt64Array.from([5, 17, 42, 3, 8, 60, 21, 33], BigInt);
const FEEDS: Readonly<Record<string, Values>> = {
  bert_tiny_opset13: {
    ids: { type: "int64", dims: [2, 4], data: ids },
    mask: { type: "float32", dims: [2, 4], data: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 0) },
  },
  bert_tiny_opset16: {
    ids: { type: "int64", dims: [2, 4], data: ids },
    mask: { type: "float32", dims: [2, 4], data: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 0) },
  },
  llama_tiny_opset16: { input_ids: { type: "int64", dims: [2, 4], data: ids } },
};

function readExported(name: string): Graph {
  return decodeModel(new Uint8Array(readFileSync(join(EXPORTED, `${name}.onnx`))));
}

function randomWeights(parameters: readonly Parameter[], seed: string): Weights {
  const random = numbers(seed);
  return new Map(
    parameters.map(({ name, dims }) => {
      const length = dims.reduce((product, dim) => product * dim, 1);
      return [name, { dims, data: Float32Array.from({ length }, () => (random() - 0.5) * 0.4) }];
    }),
  );
}

const asFeeds = (weights: Weights): Values =>
  Object.fromEntries([...weights].map(([name, { dims, data }]) => [name, { type: "float32", dims, data }]));

/** Output × random numbers, summed. */
function withRandomLoss(graph: Graph, output: string): Graph {
  const builder = GraphBuilder.from(graph);
  const dims = graph.outputs.find(({ name }) => name === output)?.dims ?? [];
  builder.input("r", "float32", dims);
  const [loss] = builder.node(
    "ReduceSum",
    [builder.node("Mul", [output, "r"])[0]],
    { keepdims: attr.int(0) },
    { outputs: ["loss"] },
  );
  builder.output(output, "float32", dims);
  return { ...builder.build(), name: loss };
}

for (const [name, inputs] of Object.entries(FEEDS)) {
  test(`every adapter of ${name} has the gradient that finite differences give`, { skip }, async () => {
    const base = readExported(name);
    const [{ name: output, dims }] = base.outputs as [Graph["outputs"][number]]; // each has one output
    const parameters = loraParameters(base, OPTIONS);
    assert.ok(parameters.length >= 24);
    const weights = randomWeights(parameters, name);
    const random = numbers(`${name}/r`);
    const size = dims.map((dim) => (dim === "B" ? 2 : dim === "S" ? 4 : Number(dim)));
    const r = Float32Array.from({ length: size.reduce((product, dim) => product * dim, 1) }, () => random() - 0.5);
    const feeds = { ...inputs, ...asFeeds(weights), r: { type: "float32", dims: size, data: r } as const };
    const graph = differentiate(withRandomLoss(injectLora(base, OPTIONS), output), {
      loss: "loss",
      wrt: parameters.map((p) => p.name),
    });
    const session = await createSession(encodeModel(graph));
    const gradients = await session.run(feeds);
    const plain = await createSession(encodeModel(injectLora(base, OPTIONS)));
    const { r: _, ...forward } = feeds;
    const loss = async (): Promise<number> => {
      const y = (await plain.run(forward))[output];
      assert.ok(y?.type === "float32");
      return y.data.reduce((sum, value, index) => sum + value * (r[index] ?? 0), 0);
    };
    for (const parameter of parameters) {
      const gradient = gradients[gradientName(parameter.name)];
      const data = weights.get(parameter.name)?.data;
      assert.ok(gradient?.type === "float32" && data !== undefined);
      const norm = Math.hypot(...gradient.data);
      assert.ok(norm > 1e-3, `${parameter.name} has a gradient`);
      const directions = [
        gradient.data.map((value) => value / norm),
        gradient.data.map(() => (random() - 0.5) / Math.sqrt(data.length / 12)),
      ];
      for (const direction of directions) {
        const expected = await slope(data, direction, loss);
        const actual = gradient.data.reduce((sum, value, index) => sum + value * (direction[index] ?? 0), 0);
        const error = Math.abs(expected - actual) / norm;
        assert.ok(error <= 1e-3, `${parameter.name}: ${actual} against ${expected}, relative error ${error}`);
      }
    }
    await session.close();
    await plain.close();
  });

  test(`${name} with merged adapters answers like ${name} with adapters as inputs`, { skip }, async () => {
    const base = readExported(name);
    const weights = randomWeights(loraParameters(base, OPTIONS), name);
    const output = base.outputs[0]?.name ?? "";
    const injected = (await runGraph(injectLora(base, OPTIONS), { ...inputs, ...asFeeds(weights) }))[output];
    const merged = (await runGraph(mergeLora(base, OPTIONS, weights), inputs))[output];
    const plain = (await runGraph(base, inputs))[output];
    assert.ok(largestGap(injected, merged) <= 1e-4, `gap ${largestGap(injected, merged)}`);
    assert.ok(largestGap(plain, merged) > 1e-2, "the adapters change the answer");
  });
}

/** Five-point slope of the loss along a unit direction. */
async function slope(data: Float32Array, direction: Float32Array, loss: () => Promise<number>): Promise<number> {
  const centre = data.slice();
  const step = 0.05;
  const at = async (offset: number): Promise<number> => {
    data.set(centre.map((value, index) => value + offset * (direction[index] ?? 0)));
    return loss();
  };
  const near = (await at(step)) - (await at(-step));
  const far = (await at(2 * step)) - (await at(-2 * step));
  data.set(centre);
  return (8 * near - far) / (12 * step);
}

function largestGap(a: Values[string] | undefined, b: Values[string] | undefined): number {
  assert.ok(a?.type === "float32" && b?.type === "float32");
  return a.data.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (b.data[index] ?? NaN))), 0);
}

/** x·W by Gemm with transB, and W again as a table read by Gather. */
function tied(): Graph {
  const graph = new GraphBuilder("tied");
  graph.input("x", "float32", ["n", 3]);
  graph.initializer(
    "table",
    floatTensor(
      Array.from({ length: 12 }, (_, index) => index / 10),
      [4, 3],
    ),
  );
  const [y] = graph.node(
    "Gemm",
    ["x", "table"],
    { transB: attr.int(1), alpha: attr.float(0.5) },
    { name: "/head/Gemm" },
  );
  const [row] = graph.node("Gather", ["table", graph.ints([1])]);
  graph.output(y, "float32", ["n", 4]);
  graph.output(row, "float32", [1, 3]);
  return graph.build();
}

test("a Gemm weight stored transposed is adapted, and a tied table keeps its own values", async () => {
  const base = tied();
  const options = { targets: ["table"], rank: 2, alpha: 3 };
  const parameters = loraParameters(base, options);
  assert.deepEqual(
    parameters.map(({ dims }) => dims),
    [
      [3, 2],
      [2, 4],
    ],
  );
  const weights = randomWeights(parameters, "tied");
  const x = { type: "float32", dims: [2, 3], data: Float32Array.of(1, -2, 0.5, 3, 0, 1) } as const;
  const [y, row] = base.outputs.map(({ name }) => name) as [string, string]; // declared above
  const injected = await runGraph(injectLora(base, options), { x, ...asFeeds(weights) });
  const merged = await runGraph(mergeLora(base, options, weights), { x });
  assert.ok(largestGap(injected[y], merged[y]) < 1e-6);
  assert.deepEqual(merged[row]?.data, Float32Array.of(0.3, 0.4, 0.5));
});

test("targets are chosen by weight name, node name, segment, pattern or expression", { skip }, () => {
  const graph = tidy(readExported("bert_tiny_opset13"));
  const count = (...patterns: (string | RegExp)[]): number => findTargets(graph, patterns).length;
  assert.equal(count("*"), 12);
  assert.equal(count("onnx::MatMul_283"), 1);
  assert.equal(count("q", "v"), 4);
  assert.equal(count("/L.1/*"), 6);
  assert.equal(count(/\/(up|down)\//), 4);
  assert.throws(
    () => count("q", "query"),
    (error) => error instanceof Error && /matches query/.test(error.message),
  );
});
