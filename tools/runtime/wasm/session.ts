// This file runs graphs on ONNX Runtime's WebAssembly kernels, which give the same bits on every machine.
import { assert } from "@kolm/format";
import type { CreateSession, Value, Values } from "@kolm/onnx";
import type { env, InferenceSession, Tensor } from "onnxruntime-web";

/** What is used of onnxruntime-web; its entries for Node.js and for browsers have it alike. */
export type Onnxruntime = {
  readonly env: typeof env;
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
};

/**
 * Sessions over one WebAssembly module. Without relaxed SIMD WebAssembly leaves nothing but the payload of NaN to the machine
 * (WebAssembly Core Specification 3.0, appendix "Profiles"), and the kernels split work over threads so that no sum changes its
 * order. All sessions of a process share one pool of threads, as large as the first session asks. A run keeps its thread busy
 * till it ends.
 */
export function sessionsOf({ env, InferenceSession, Tensor }: Onnxruntime): CreateSession {
  const tensorOf = ({ type, dims, data }: Value): Tensor =>
    // The constructor has one overload a type and takes no union; Value pairs type and data.
    new Tensor(type as "float32", data as Float32Array, dims);
  return async (model, { threads = 1 } = {}) => {
    env.wasm.numThreads ??= threads;
    const session = await InferenceSession.create(model, { ...OPTIONS });
    return {
      inputs: session.inputNames,
      outputs: session.outputNames,
      run: async (feeds) => {
        const tensors = Object.entries(feeds).map(([name, value]) => [name, tensorOf(value)] as const);
        const values = valuesOf(await session.run(Object.fromEntries(tensors)));
        await nextTurn();
        return values;
      },
      close: () => session.release(),
    };
  };
}

/** Everything that shapes the executed graph, so that no default of another platform or version does. */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ["wasm"],
  graphOptimizationLevel: "all",
  executionMode: "sequential",
  enableCpuMemArena: true,
  enableMemPattern: true,
  logSeverityLevel: 3,
};

/** Runs never leave the thread, so without a turn of the event loop between them nobody hears timers and signals. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function valuesOf(tensors: InferenceSession.OnnxValueMapType): Values {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      assert("data" in tensor && KINDS.has(tensor.type), `output ${name} has a type of Value`);
      return [name, { type: tensor.type, dims: tensor.dims, data: tensor.data } as Value];
    }),
  );
}

const KINDS: ReadonlySet<string> = new Set(["float32", "int64", "int32", "bool"]);
