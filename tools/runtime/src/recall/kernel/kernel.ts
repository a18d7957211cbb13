// This file runs the arithmetic of search on WebAssembly, which gives the same bits in Node and in every browser.
import { KolmError } from "@kolm/format";
import { moduleOf } from "./bytecode.ts";
import { compare, score } from "./routines.ts";

/** What is used of WebAssembly's JavaScript interface (W3C WebAssembly JavaScript Interface 2.0). */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

export interface Kernel {
  /** The memory the routines work on; a growing memory has a new buffer. */
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** The parameters of the routines of these names. */
  readonly compare: (...places: readonly number[]) => void;
  readonly score: (...places: readonly number[]) => void;
}

const PAGE = 65_536;
let compiled: object | undefined;

/** A kernel with memory of `bytes` of its own; KolmError RECALL_MEMORY where it cannot be had. */
export function createKernel(bytes: number): Kernel {
  compiled ??= new WebAssembly.Module(moduleOf([compare, score], 1));
  // The module is the one above: these are its exports.
  const kernel = new WebAssembly.Instance(compiled).exports as Kernel;
  try {
    kernel.memory.grow(Math.ceil(bytes / PAGE));
  } catch (cause) {
    throw new KolmError("RECALL_MEMORY", `the index needs ${Math.ceil(bytes / 1_048_576)} MiB, which cannot be had`, {
      hint: "Free memory, or compile the task with fewer passages.",
      cause,
    });
  }
  return kernel;
}
