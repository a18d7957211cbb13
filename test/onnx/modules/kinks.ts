// This file fixes which side of its kink every ReLU is on, so that differences of the loss have no jumps in their slope.
import assert from "node:assert/strict";
import { encodeModel, inferShapes } from "@kolm/onnx";
import type { Graph, Node, Value, Values } from "@kolm/onnx";
import { createSession } from "../../support/session.ts";

/**
 * The graph with each Relu(x) as x · side, side being 1 where it let x through at this point and 0 elsewhere. At the point
 * both have the same gradient; away from it only this one is smooth: thousands of ReLUs never all stay on their side.
 */
export async function fixKinks(graph: Graph, feeds: Values): Promise<{ graph: Graph; feeds: Values }> {
  const kinks = graph.nodes.filter(({ op }) => op === "Relu").map(({ outputs }) => outputs[0] ?? "");
  if (kinks.length === 0) return { graph, feeds };
  const shapes = inferShapes(graph);
  const outputs = kinks.map((name) => ({ name, type: "float32" as const, dims: shapes.dims(name) }));
  const session = await createSession(encodeModel({ ...graph, outputs }));
  const reached = await session.run(only(feeds, session.inputs));
  await session.close();
  const sides = kinks.map((name): [string, Value] => {
    const value = reached[name];
    assert.ok(value?.type === "float32");
    return [`${name}.side`, { ...value, data: value.data.map((number) => Number(number > 0)) }];
  });
  const nodes = graph.nodes.map((node): Node => {
    if (node.op !== "Relu") return node;
    return { ...node, op: "Mul", inputs: [node.inputs[0] ?? "", `${node.outputs[0] ?? ""}.side`] };
  });
  const inputs = sides.map(([name, { dims }]) => ({ name, type: "float32" as const, dims }));
  return {
    graph: { ...graph, inputs: [...graph.inputs, ...inputs], nodes },
    feeds: { ...feeds, ...Object.fromEntries(sides) },
  };
}

/** The feeds a session takes; its graph may use fewer. */
export function only(feeds: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => names.includes(name)));
}
