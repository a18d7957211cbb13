// This file checks the check of whole models: mistakes planted in the backward pass are found.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attr, floatTensor } from "@kolm/onnx";
import type { Graph, Node } from "@kolm/onnx";
import { skip } from "../../support/exported.ts";
import { MODELS } from "./models.ts";
import { directionErrors } from "./modules.ts";

/** What a right gradient is allowed. */
const TOLERANCE = 1e-3;

/** Mistakes as they are made in gradient rules, planted in the backward half of a training graph. */
const MISTAKES: Readonly<Record<string, (backward: readonly Node[], graph: Graph) => Graph>> = {
  "a GELU slope 3 % off": (backward, graph) => {
    const constants = new Map(graph.initializers);
    const slope = backward.flatMap(({ inputs }) => inputs).find((name) => isNear(graph, name, 0.3989423));
    assert.ok(slope !== undefined);
    return { ...graph, initializers: constants.set(slope, floatTensor([0.3989423 * 1.03], [])) };
  },
  "a softmax whose second term is forgotten": (backward, graph) => {
    const node = backward.find(
      ({ op, inputs: [, sum] }) =>
        op === "Sub" && backward.some((one) => one.op === "ReduceSum" && one.outputs[0] === sum),
    );
    assert.ok(node);
    return replaced(graph, node, { ...node, op: "Identity", inputs: node.inputs.slice(0, 1) });
  },
  "an adapter's scale left out": (backward, graph) => {
    const node = backward.find(
      ({ op, attributes }) =>
        op === "FusedMatMul" && attributes["alpha"]?.kind === "float" && attributes["alpha"].value === 2,
    );
    assert.ok(node);
    return replaced(graph, node, { ...node, attributes: { ...node.attributes, alpha: attr.float(1) } });
  },
  "a transposed weight": (backward, graph) => {
    const square = (name: string): boolean => graph.initializers.get(name)?.dims.join() === "32,32";
    const node = backward.find(
      ({ op, inputs: [, weight = ""], attributes }) =>
        op === "FusedMatMul" && square(weight) && attributes["transB"]?.kind === "int",
    );
    assert.ok(node);
    return replaced(graph, node, { ...node, attributes: { ...node.attributes, transB: attr.int(0) } });
  },
};

function isNear(graph: Graph, name: string, wanted: number): boolean {
  const tensor = graph.initializers.get(name);
  if (tensor?.type !== "float32" || tensor.dims.length > 0) return false;
  return Math.abs(new DataView(tensor.bytes.buffer, tensor.bytes.byteOffset).getFloat32(0, true) - wanted) < 1e-6;
}

const replaced = (graph: Graph, node: Node, other: Node): Graph => ({
  ...graph,
  nodes: graph.nodes.map((one) => (one === node ? other : one)),
});

for (const [mistake, plant] of Object.entries(MISTAKES)) {
  test(`${mistake} is found`, { skip }, async () => {
    const model = MODELS.find(({ name }) => name === "bert_tiny_opset16");
    assert.ok(model);
    const check = await model.check();
    const { gradients } = check;
    const start = gradients.nodes.findIndex(({ outputs }) => outputs.includes("loss"));
    const altered = plant(gradients.nodes.slice(start + 1), gradients);
    const findings = await directionErrors({ ...check, gradients: altered }, { random: 1 });
    const wrong = findings.filter(({ error }) => error > TOLERANCE);
    assert.ok(wrong.length > 0, "some module's gradient is off");
    assert.ok(
      wrong.every(({ parameter }) => parameter.includes("lora")),
      "heads lie above the mistake",
    );
  });
}
