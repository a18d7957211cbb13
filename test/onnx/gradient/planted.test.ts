// This file checks the checks: a gradient that is wrong by little is found in every case.
import assert from "node:assert/strict";
import { test } from "node:test";
import { floatTensor } from "@kolm/onnx";
import type { Graph, Node } from "@kolm/onnx";
import { measureGradient } from "./differences.ts";
import { CASES } from "./all-cases.ts";

const MISTAKE = 1.001;
/** Twice what a right rule is allowed. */
const FOUND = 4e-4;

/** Every gradient a thousandth too large. */
function tooLarge(graph: Graph): Graph {
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const [output = ""] = node.outputs;
    if (!output.endsWith(".gradient")) return [node];
    const right = `${output}.right`;
    const wrong = { name: "", op: "Mul", domain: "", inputs: [right, "mistake"], outputs: [output], attributes: {} };
    return [{ ...node, outputs: [right] }, wrong];
  });
  const initializers = new Map(graph.initializers).set("mistake", floatTensor([MISTAKE], []));
  return { ...graph, nodes, initializers };
}

test("a gradient a thousandth too large is found in every case", async () => {
  for (const checked of CASES) {
    for (const { name, error } of await measureGradient(checked, tooLarge))
      assert.ok(error > FOUND, `${checked.name}, ${name}: ${error}`);
  }
});
