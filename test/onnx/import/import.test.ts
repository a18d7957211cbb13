// This file checks that imported models compute what the files compute, in a form that can be trained.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { GraphBuilder, attr, decodeModel, encodeModel, floatTensor, importGraph, importModel } from "@kolm/onnx";
import type { Graph, Value, Values } from "@kolm/onnx";
import { EXPORTED, exportedModel, skip } from "../../support/exported.ts";
import { numbers } from "../../support/numbers.ts";
import { createSession, runGraph } from "../../support/session.ts";

const code = (expected: string, words: RegExp) => (error: unknown) =>
  error instanceof KolmError && error.code === expected && words.test(error.message);
const opsOf = (graph: Graph): Set<string> => new Set(graph.nodes.map(({ op }) => op));

/** The first output of an imported and of the original graph for one batch, and the largest number in it. */
async function gap(original: Uint8Array, graph: Graph, feeds: Values): Promise<{ gap: number; largest: number }> {
  const session = await createSession(original);
  const name = graph.outputs[0]?.name ?? "";
  const [before, after] = [(await session.run(feeds))[name], (await runGraph(graph, feeds))[name]];
  await session.close();
  assert.ok(before?.type === "float32" && after?.type === "float32");
  assert.deepEqual(after.dims, before.dims);
  const gaps = before.data.map((value, index) => Math.abs(value - (after.data[index] ?? NaN)));
  return { gap: Math.max(...gaps), largest: Math.max(...before.data.map(Math.abs)) };
}

function feedsOf(graph: Graph, rows: number, tokens: number): Record<string, Value> {
  const random = numbers(`${rows} ${tokens}`);
  const ids = BigInt64Array.from({ length: rows * tokens }, () => BigInt(Math.floor(random() * 96)));
  const mask = new Float32Array(rows * tokens).fill(1).fill(0, rows * tokens - Math.min(2, tokens - 1));
  const dims = [rows, tokens];
  return Object.fromEntries(
    graph.inputs.map(({ name, type }): [string, Value] => [
      name,
      type === "int64" ? { type, dims, data: ids } : { type: "float32", dims, data: mask },
    ]),
  );
}

for (const name of EXPORTED) {
  test(`${name} computes the same after its import, for any batch and length`, { skip }, async () => {
    const bytes = exportedModel(name);
    const graph = importModel(bytes);
    for (const [rows, tokens] of [
      [1, 1],
      [2, 5],
      [3, 9],
    ] as const) {
      const { gap: found, largest } = await gap(bytes, graph, feedsOf(graph, rows, tokens));
      assert.ok(found <= 1e-5 * largest, `${rows}×${tokens}: ${found} of ${largest}`);
    }
  });

  test(`${name} loses its Shape arithmetic, its written-out norms and activations`, { skip }, () => {
    const bytes = exportedModel(name);
    const graph = importModel(bytes);
    assert.ok(graph.nodes.length < decodeModel(bytes).nodes.length / 3, `${graph.nodes.length} nodes`);
    const ops = opsOf(graph);
    for (const op of ["Erf", "Pow", "ReduceMean", "Sqrt", "ConstantOfShape", "Equal", "Where", "Constant", "Identity"])
      assert.ok(!ops.has(op), op);
    // One runtime size is left: the length, for positions.
    assert.equal(graph.nodes.filter(({ op }) => op === "Shape").length, 1);
  });

  test(`${name} has weights named after their modules`, { skip }, () => {
    const names = [...importModel(exportedModel(name)).initializers]
      .filter(([, { type, dims }]) => type === "float32" && dims.length === 2)
      .map(([weight]) => weight);
    assert.ok(
      names.every((weight) => !weight.startsWith("onnx::")),
      names.join(),
    );
    const modules = name.startsWith("bert")
      ? ["L.1.q.weight", "L.0.down.weight"]
      : ["layers.1.k_proj.weight", "logits.weight"];
    for (const weight of modules) assert.ok(names.includes(weight), weight);
  });
}

test("fixed dimensions of the file give way to those asked for", { skip }, () => {
  const bytes = exportedModel("bert_tiny_opset16");
  const fixed = decodeModel(bytes);
  const inputs = fixed.inputs.map((input) => ({ ...input, dims: [1, 7] }));
  const asked = { ids: ["batch", "tokens"], mask: ["batch", "tokens"] };
  const graph = importGraph({ ...fixed, inputs }, { inputs: asked });
  assert.deepEqual(
    graph.inputs.map(({ dims }) => dims),
    [asked.ids, asked.mask],
  );
  assert.equal(graph.nodes.length, importModel(bytes).nodes.length);
});

/** The same graph written for operator set 11: axes and sizes in attributes. */
function atOpset11(graph: Graph, softmaxAxis: number): Graph {
  const constants = new Map(
    graph.nodes.flatMap(({ op, outputs, attributes }) =>
      op === "Constant" ? [[outputs[0], attributes["value"]] as const] : [],
    ),
  );
  const nodes = graph.nodes.map((node) => {
    if (node.op === "Softmax") return { ...node, attributes: { axis: attr.int(softmaxAxis) } };
    if (node.op !== "Unsqueeze") return node;
    const value = constants.get(node.inputs[1] ?? "");
    const tensor = value?.kind === "tensor" ? value.value : graph.initializers.get(node.inputs[1] ?? "");
    assert.ok(tensor);
    const axes = [...new BigInt64Array(tensor.bytes.slice().buffer)].map(Number);
    return { ...node, inputs: node.inputs.slice(0, 1), attributes: { axes: attr.ints(axes) } };
  });
  return { ...graph, opsets: { "": 11 }, nodes };
}

test("operator set 11 is lifted: axes become inputs, Softmax on the last axis stays", { skip }, async () => {
  const modern = decodeModel(exportedModel("bert_tiny_opset13"));
  const old = encodeModel(atOpset11(modern, 3));
  const graph = importModel(old);
  assert.equal(graph.opsets[""], 17);
  const { gap: found } = await gap(old, graph, feedsOf(graph, 2, 6));
  assert.ok(found <= 1e-5, String(found));
  assert.throws(
    () => importGraph(atOpset11(modern, 1)),
    code("ONNX_OPSET", /Softmax node "\/L\.0\/Softmax" works on all axes from 1/),
  );
  assert.throws(
    () => importGraph({ ...modern, opsets: { "": 10 } }),
    code("ONNX_OPSET", /operator set 10, at least 11/),
  );
});

test("the scale that newer exporters compute from a shape is a constant", async () => {
  const builder = new GraphBuilder("scale");
  builder.input("q", "float32", ["batch", "tokens", 64]);
  const [shape] = builder.node("Shape", ["q"]);
  const [size] = builder.node("Slice", [shape, builder.ints([-1]), builder.ints([9223372036854774784])]);
  const [width] = builder.node("Cast", [size], { to: attr.int(1) });
  const [scale] = builder.node("Sqrt", [
    builder.node("Div", [builder.floats([1], [1]), builder.node("Sqrt", [width])[0]])[0],
  ]);
  const [y] = builder.node("Mul", ["q", scale]);
  builder.output(y, "float32", ["batch", "tokens", 64]);
  const graph = importGraph(builder.build());
  assert.deepEqual([...opsOf(graph)], ["Mul"]);
  const feeds: Values = {
    q: { type: "float32", dims: [1, 2, 64], data: Float32Array.from({ length: 128 }, (_, index) => index / 7) },
  };
  assert.equal((await gap(encodeModel(builder.build()), graph, feeds)).gap, 0);
});

test("a weight transposed at run time is stored turned, once, and named after its module", async () => {
  const builder = new GraphBuilder("turned");
  builder.input("x", "float32", ["batch", 3]);
  const shared = builder.initializer("layer.query.weight", floatTensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3]));
  const bias = builder.initializer("layer.query.bias", floatTensor([0.5, 0, -1]));
  const linear = (x: string, place: number): string => {
    const perm = { perm: attr.ints([1, 0]) };
    const [turned] = builder.node("Transpose", [shared], perm, { outputs: [`/layer/${place}/Transpose_output_0`] });
    return builder.node("Add", [bias, builder.node("MatMul", [x, turned])[0]])[0];
  };
  const y = linear(linear("x", 0), 1);
  builder.output(y, "float32", ["batch", 3]);
  const graph = importGraph(builder.build());
  assert.deepEqual([...graph.initializers.keys()].toSorted(), ["layer.query.bias", "layer.query.weight"]);
  assert.deepEqual([...opsOf(graph)], ["MatMul", "Add"]);
  const feeds: Values = { x: { type: "float32", dims: [2, 3], data: Float32Array.from([1, -1, 2, 0.5, 0, 3]) } };
  assert.equal((await gap(encodeModel(builder.build()), graph, feeds)).gap, 0);
});

test("dropout left in by an exporter is a copy; its mask is refused", () => {
  const build = (outputs: readonly string[]): Graph => {
    const builder = new GraphBuilder("dropout", { "": 13 });
    builder.input("x", "float32", ["batch", 2]);
    builder.node("Dropout", ["x", builder.floats([0.1])], {}, { outputs, name: "encoder/dropout" });
    const [y] = builder.node("Relu", ["d"]);
    builder.output(y, "float32", ["batch", 2]);
    return builder.build();
  };
  assert.deepEqual([...opsOf(importGraph(build(["d", ""])))], ["Relu"]);
  assert.throws(() => importGraph(build(["d", "m"])), code("ONNX_OPSET", /encoder\/dropout.*mask/));
});

test("what cannot be trained is refused by name: operators, half precision, values out of order", () => {
  const build = (op: string, type: "float16" | "float32" = "float32"): Graph => {
    const builder = new GraphBuilder("refused");
    builder.input("x", "float32", ["batch", 2]);
    builder.initializer("layer.weight", {
      ...floatTensor([1, 0, 0, 1], [2, 2]),
      type,
      bytes: new Uint8Array(type === "float16" ? 8 : 16),
    });
    const [y] = builder.node(op, ["x", "layer.weight"], {}, { name: "layer/0/odd" });
    builder.output(y, "float32", ["batch", 2]);
    return builder.build();
  };
  assert.throws(() => importGraph(build("Det")), code("ONNX_OPERATOR", /operator Det .*layer\/0\/odd/));
  const quantised = code("ONNX_NOT_FLOAT32", /MatMulInteger node "layer\/0\/odd" computes with quantised numbers/);
  assert.throws(() => importGraph(build("MatMulInteger")), quantised);
  assert.throws(() => importGraph(build("constructor")), code("ONNX_OPERATOR", /operator constructor/));
  assert.throws(() => importGraph(build("MatMul", "float16")), code("ONNX_NOT_FLOAT32", /"layer\.weight" is float16/));
  const { nodes, ...rest } = build("MatMul");
  const late = nodes.map((node) => ({ ...node, inputs: ["later", "layer.weight"] }));
  assert.throws(
    () => decodeModel(encodeModel({ ...rest, nodes: late })),
    code("ONNX_MALFORMED", /layer\/0\/odd.* reads "later" before/),
  );
});
