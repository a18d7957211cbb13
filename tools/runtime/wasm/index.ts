// This file is the public face of the runtime on WebAssembly, for Node.js.
import * as onnxruntime from "onnxruntime-web";
import { sessionsOf } from "./session.ts";

/** Sessions on the kernels of ort-wasm-simd-threaded.wasm, read from the installed onnxruntime-web. */
export const createSession = sessionsOf(onnxruntime);
