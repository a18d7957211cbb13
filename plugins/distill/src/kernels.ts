// This file chooses the kernels a student is trained on, and tells which family they are.
import { createHash } from "node:crypto";
import { assert } from "@kolm/format";
import { attr, type CreateSession, encodeModel, floatTensor, type Graph, GraphBuilder } from "@kolm/onnx";
import { createRng } from "@kolm/stage";
import type { StudentOptions } from "./options.ts";

export type Kernels = {
  readonly createSession: CreateSession;
  /** "native" or "wasm" and twelve hex digits of a digest of what they compute: where two differ, adapters differ. */
  readonly family: string;
};

/** Native kernels are chosen by the machine's instruction set; those of WebAssembly give the same bits everywhere. */
export async function kernelsOf({ mode, threads }: Pick<StudentOptions, "mode" | "threads">): Promise<Kernels> {
  const isPortable = mode === "portable";
  // Loaded when chosen, so that a machine without native kernels still trains portably.
  const { createSession } = isPortable ? await import("@kolm/runtime/wasm") : await import("@kolm/runtime/node");
  const digest = await probe(createSession, threads);
  return { createSession, family: `${isPortable ? "wasm" : "native"} ${digest.slice(0, 12)}` };
}

/** Odd, so that kernels have rests to treat beside whole vectors. */
const SIZE = 61;

/** SHA-256 of the bits of a small graph in which the order of sums, fused products and approximated curves show. */
async function probe(createSession: CreateSession, threads: number): Promise<string> {
  const session = await createSession(encodeModel(probeGraph()), { threads });
  try {
    const { out } = await session.run({ x: { type: "float32", dims: [SIZE, SIZE], data: square("x") } });
    assert(out?.type === "float32", "the probe gives floats");
    return createHash("sha256")
      .update(new Uint8Array(out.data.buffer, out.data.byteOffset, out.data.byteLength))
      .digest("hex");
  } finally {
    await session.close();
  }
}

function probeGraph(): Graph {
  const graph = new GraphBuilder("probe");
  const op = (name: string, inputs: readonly string[], attributes = {}): string =>
    graph.node(name, inputs, attributes)[0];
  graph.input("x", "float32", [SIZE, SIZE]);
  const product = op("MatMul", ["x", graph.initializer("w", floatTensor(square("w"), [SIZE, SIZE]))]);
  const sums = op("ReduceSum", [product, graph.ints([-1])]);
  const curves = [op("Tanh", [product]), op("Erf", [product]), op("Softmax", [product], { axis: attr.int(-1) })];
  graph.node("Concat", [product, sums, ...curves], { axis: attr.int(-1) }, { outputs: ["out"] });
  graph.output("out", "float32", [SIZE, 4 * SIZE + 1]);
  return graph.build();
}

/** Numbers in ±1. */
function square(name: string): Float32Array {
  const rng = createRng(`probe/${name}`);
  return Float32Array.from({ length: SIZE * SIZE }, () => 2 * rng.uniform() - 1);
}
