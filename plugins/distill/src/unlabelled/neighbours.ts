// This file finds each text's nearest others by cosine, exactly, in blocks.
import { assert } from "@kolm/format";
import { attr, type CreateSession, encodeModel, type Graph, GraphBuilder } from "@kolm/onnx";

/** Row-major [rows, count]: places of the nearest rows, nearest first, and their cosines. */
export type Neighbours = {
  readonly count: number;
  readonly places: Int32Array;
  readonly cosines: Float32Array;
};

export type NeighbourOptions = {
  readonly count: number;
  readonly createSession: CreateSession;
  readonly threads: number;
  readonly signal: AbortSignal;
};

/** Rows compared with all others at once: bounds the memory of the table of cosines. */
const BLOCK = 256;

/** The `count` nearest of each unit vector, itself left out; fewer vectors than that are all neighbours. */
export async function nearestNeighbours(
  vectors: readonly Float32Array[],
  { count: wanted, createSession, threads, signal }: NeighbourOptions,
): Promise<Neighbours> {
  const rows = vectors.length;
  const count = Math.max(0, Math.min(wanted, rows - 1));
  const places = new Int32Array(rows * count);
  const cosines = new Float32Array(rows * count);
  if (count === 0) return { count, places, cosines };
  const width = vectors[0]?.length ?? 0;
  const all = { type: "float32", dims: [rows, width], data: joined(vectors, width) } as const;
  const session = await createSession(encodeModel(nearestGraph(width, count + 1)), { threads });
  try {
    for (let from = 0; from < rows; from += BLOCK) {
      signal.throwIfAborted();
      const until = Math.min(rows, from + BLOCK);
      const some = all.data.subarray(from * width, until * width);
      const found = await session.run({ some: { type: "float32", dims: [until - from, width], data: some }, all });
      const { best, who } = found;
      assert(best?.type === "float32" && who?.type === "int64", "TopK gives cosines and places");
      for (let row = from; row < until; row++) {
        const start = (row - from) * (count + 1);
        const others = Array.from(who.data.subarray(start, start + count + 1), Number)
          .map((place, index) => ({ place, cosine: best.data[start + index] ?? 0 }))
          .filter(({ place }) => place !== row);
        for (const [index, { place, cosine }] of others.slice(0, count).entries()) {
          places[row * count + index] = place;
          cosines[row * count + index] = cosine;
        }
      }
    }
  } finally {
    await session.close();
  }
  return { count, places, cosines };
}

/** some [block, width] · all [rows, width]ᵀ, then the `best` highest of each row. */
function nearestGraph(width: number, best: number): Graph {
  const graph = new GraphBuilder("nearest");
  graph.input("some", "float32", ["block", width]);
  graph.input("all", "float32", ["rows", width]);
  const [columns] = graph.node("Transpose", ["all"], { perm: attr.ints([1, 0]) });
  const [cosines] = graph.node("MatMul", ["some", columns]);
  graph.node("TopK", [cosines, graph.ints([best])], {}, { outputs: ["best", "who"] });
  graph.output("best", "float32", ["block", best]);
  graph.output("who", "int64", ["block", best]);
  return graph.build();
}

function joined(vectors: readonly Float32Array[], width: number): Float32Array {
  const all = new Float32Array(vectors.length * width);
  for (const [row, vector] of vectors.entries()) all.set(vector, row * width);
  return all;
}
