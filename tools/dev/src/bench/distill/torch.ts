// This file talks to a Python process that trains the same student in PyTorch.
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { KolmError } from "@kolm/format";

const PYTHON = process.env["KOLM_PYTHON"] ?? "/usr/bin/python3";
const SCRIPT = join(import.meta.dirname, "step_time.py");

/** Milliseconds of each step, after one that is not counted, and CPU time of all of them. */
export type Run = { readonly milliseconds: readonly number[]; readonly cpu: number };

export interface Torch {
  about(): Promise<{ readonly version: string; readonly blas: string }>;
  /** The loss, and by parameter the largest gap of its gradient over the largest gradient. */
  check(): Promise<{ readonly loss: number; readonly worst: Readonly<Record<string, number>> }>;
  time(threads: number, steps: number): Promise<Run>;
  close(): void;
}

/** A process over the material file; a sentence instead where PyTorch is not installed. */
export async function openTorch(material: string): Promise<Torch | string> {
  const missing = await promisify(execFile)(PYTHON, ["-c", "import torch, numpy"]).then(
    () => false,
    () => true,
  );
  if (missing) return `${PYTHON} cannot import torch and numpy`;
  const child = spawn(PYTHON, [SCRIPT, material], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(request: Readonly<Record<string, unknown>>): Promise<T> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new KolmError("BENCH_TORCH", `${SCRIPT} ended before it answered`);
    // The script's first comment lists the answers' forms.
    return JSON.parse(value) as T;
  };
  return {
    about: async () => {
      const { torch, blas } = await ask<{ torch: string; blas: readonly string[] }>({ do: "about" });
      return { version: torch, blas: blas.at(-1) ?? "no BLAS" };
    },
    check: () => ask({ do: "check" }),
    time: (threads, steps) => ask({ do: "time", threads, steps }),
    close: () => child.stdin.end(),
  };
}
