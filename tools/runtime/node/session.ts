// This file runs graphs on ONNX Runtime's native CPU kernels.
import { assert } from "@kolm/format";
import type { CreateSession, Value, Values } from "@kolm/onnx";
import onnxruntime, { type InferenceSession, type Tensor } from "onnxruntime-node";

/** A session on the CPU; one thread unless told otherwise, which is fast enough for small graphs and far steadier. */
export const createSession: CreateSession = async (model, { threads = 1 } = {}) => {
  const session = await onnxruntime.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // A pattern is one block a shape of input: with batches of many shapes it costs memory and saves no time.
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (feeds) =>
      valuesOf(
        await session.run(Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, tensorOf(value)]))),
      ),
    close: () => session.release(),
  };
};

function tensorOf({ type, dims, data }: Value): Tensor {
  // The constructor has one overload a type and takes no union; Value pairs type and data.
  return new onnxruntime.Tensor(type as "float32", data as Float32Array, dims);
}

function valuesOf(tensors: InferenceSession.OnnxValueMapType): Values {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      assert("data" in tensor && KINDS.has(tensor.type), `output ${name} has a type of Value`);
      return [name, { type: tensor.type, dims: tensor.dims, data: tensor.data } as Value];
    }),
  );
}

const KINDS: ReadonlySet<string> = new Set(["float32", "int64", "int32", "bool"]);
