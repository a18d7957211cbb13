// This file runs a graph once for tests.
import { encodeModel } from "@kolm/onnx";
import type { Graph, Values } from "@kolm/onnx";
import { createSession } from "@kolm/runtime/node";

export { createSession };

/** The outputs of a graph for one set of inputs. */
export async function runGraph(graph: Graph, feeds: Values): Promise<Values> {
  const session = await createSession(encodeModel(graph));
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}
