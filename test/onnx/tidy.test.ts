// This file checks that clearing up a graph keeps what it computes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GraphBuilder, attr, inferShapes, numbersOf, studentParameters, tidy } from "@kolm/onnx";
import { SPEC, randomEncoder } from "../support/encoder.ts";
import { runGraph } from "../support/session.ts";

test("constants become initializers, copies and unused parts go, outputs stay", async () => {
  const graph = new GraphBuilder("untidy");
  graph.input("x", "float32", ["n", 2]);
  const [two] = graph.node("Constant", [], { value_float: attr.float(2) });
  const [shape] = graph.node("Constant", [], { value_ints: attr.ints([-1, 1]) });
  const [copy] = graph.node("Identity", ["x"]);
  const [scaled] = graph.node("Mul", [copy, two]);
  graph.node("Reshape", [scaled, shape], {}, { outputs: ["column"] });
  graph.node("Identity", [scaled], {}, { outputs: ["kept"] });
  graph.node("Exp", ["x"], {}, { outputs: ["unused"] });
  graph.output("column", "float32", ["2*n", 1]);
  graph.output("kept", "float32", ["n", 2]);
  const untidy = graph.build();
  const clean = tidy(untidy);
  assert.deepEqual(
    clean.nodes.map(({ op }) => op),
    ["Mul", "Reshape", "Identity"],
  );
  assert.deepEqual([...clean.initializers.values()].map(numbersOf), [[2], [-1, 1]]);
  assert.deepEqual(inferShapes(clean).dims("column"), ["2*n", 1]);
  const feeds = { x: { type: "float32", dims: [1, 2], data: Float32Array.of(1, 3) } } as const;
  assert.deepEqual(await runGraph(clean, feeds), await runGraph(untidy, feeds));
  assert.deepEqual(
    tidy(untidy, ["kept"]).nodes.map(({ op }) => op),
    ["Mul", "Identity"],
  );
});

test("a base with a third input is refused by its name", () => {
  const base = randomEncoder();
  const more = {
    ...base,
    inputs: [...base.inputs, { name: "token_type_ids", type: "int64", dims: ["batch", "tokens"] } as const],
  };
  assert.throws(() => studentParameters(more, SPEC), /inputs beside ids and mask: token_type_ids/);
});
