// This file checks every gradient rule against finite differences, one operator at a time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DIFFERENTIABLE, GraphBuilder, attr, differentiate, tidy } from "@kolm/onnx";
import { runGraph } from "../../support/session.ts";
import { checkGradient } from "./differences.ts";
import { CASES } from "./all-cases.ts";

for (const checked of CASES)
  test(`the gradient of ${checked.name} agrees with finite differences`, () => checkGradient(checked));

test("every rule has a case", () => {
  const tested = new Set(
    CASES.flatMap(({ build, wrt, fixed = {} }) => {
      const graph = new GraphBuilder("case");
      for (const [name, { dims }] of Object.entries(wrt)) graph.input(name, "float32", dims);
      for (const [name, { type, dims }] of Object.entries(fixed)) graph.input(name, type, dims);
      build(graph);
      return graph.build().nodes.map(({ op, domain }) => (domain === "" ? op : `${domain}.${op}`));
    }),
  );
  assert.deepEqual(
    DIFFERENTIABLE.filter((op) => !tested.has(op)),
    [],
  );
});

test("a norm of zero passes no gradient instead of NaN", async () => {
  const graph = new GraphBuilder("zero");
  graph.input("x", "float32", [2, 3]);
  const [norm] = graph.node("ReduceL2", ["x"], { axes: attr.ints([1]), keepdims: attr.int(1) });
  const [loss] = graph.node("ReduceSum", [norm], { keepdims: attr.int(0) });
  const fetched = await runGraph(differentiate(graph.build(), { loss, wrt: ["x"] }), {
    x: { type: "float32", dims: [2, 3], data: Float32Array.of(0, 0, 0, 3, 0, 4) },
  });
  assert.deepEqual(
    [...(fetched["x.gradient"]?.data ?? [])].map((value) => Math.fround(Number(value))),
    [0, 0, 0, 0.6, 0, 0.8].map(Math.fround),
  );
});

test("an operator without a rule on the way to the loss is named; one beside it is not in the way", () => {
  const graph = new GraphBuilder("blocked");
  graph.input("x", "float32", [2, 3]);
  graph.input("z", "float32", [2, 3]);
  const [rounded] = graph.node("Round", ["x"], {}, { name: "layer/round" });
  const [sum] = graph.node("Add", [rounded, "z"]);
  const [loss] = graph.node("ReduceSum", [sum], { keepdims: attr.int(0) });
  assert.throws(() => differentiate(graph.build(), { loss, wrt: ["x"] }), /Round node "layer\/round"/);
  const nodes = tidy(differentiate(graph.build(), { loss, wrt: ["z"] })).nodes;
  assert.ok(nodes.every(({ op }) => op !== "Round"));
});

test("a trainable value that the loss does not depend on is an error", () => {
  const graph = new GraphBuilder("apart");
  graph.input("x", "float32", [2]);
  graph.input("z", "float32", [2]);
  const [loss] = graph.node("ReduceSum", ["x"], { keepdims: attr.int(0) });
  assert.throws(() => differentiate(graph.build(), { loss, wrt: ["x", "z"] }), /does not depend on "z"/);
});
