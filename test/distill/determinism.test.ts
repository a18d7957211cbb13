// This file tests that training gives the same bytes however it is run; every run is the whole stage in a process of its own.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";
import type { Trial, Variant } from "./determinism-trial.ts";

type Run = Variant & { readonly flags?: readonly string[]; readonly node?: readonly string[] };

/** Ends only if nothing that the stage opened keeps the process alive. */
async function run({ flags = [], node = [process.execPath], ...variant }: Run): Promise<Trial> {
  const [command, ...words] = [...node, ...flags, "--conditions=kolm-source", "--import", "tsx"];
  const script = join(import.meta.dirname, "determinism-trial.ts");
  const { stdout } = await promisify(execFile)(command, [...words, script, JSON.stringify(variant)]);
  return JSON.parse(stdout) as Trial;
}

function assertSameFiles(trials: readonly Trial[]): void {
  for (const { files } of trials) assert.deepEqual(files, trials[0]?.files);
}

describe("fast mode", () => {
  it("gives the same bytes in every cold run, over 1, 2 and 4 threads, with and without a memory arena", async () => {
    const trials = [
      await run({ mode: "fast", threads: 1 }),
      await run({ mode: "fast", threads: 2, arena: false }),
      await run({ mode: "fast", threads: 4 }),
    ];
    assertSameFiles(trials);
    assert.match(trials[0]?.kernels ?? "", /^native [0-9a-f]{12}$/);
  });
});

describe("portable mode", () => {
  let portable: Trial;
  before(async () => void (portable = await run({ mode: "portable", threads: 1 })));

  it("gives the same bytes over 1 and 2 threads and with each of V8's compilers for WebAssembly", async () => {
    const baseline = await run({ mode: "portable", threads: 2, flags: ["--liftoff-only"] });
    const optimised = await run({ mode: "portable", threads: 2, flags: ["--no-liftoff"] });
    assert.deepEqual(
      [portable, baseline, optimised].map(({ wasmThreads }) => wasmThreads),
      [1, 2, 2],
    );
    assertSameFiles([portable, baseline, optimised]);
  });

  it("computes what it computes on every other machine", () => {
    assert.equal(portable.kernels, "wasm b0c19049e48e");
  });

  // Such as "qemu-aarch64-static -L <sysroot> <node>"; tsx then needs ESBUILD_BINARY_PATH, as esbuild runs outside.
  const arm64 = process.env["KOLM_ARM64_NODE"]?.split(" ");
  it("gives the same bytes on arm64", { skip: arm64 ? false : "KOLM_ARM64_NODE names no arm64 Node.js" }, async () => {
    assertSameFiles([portable, await run({ mode: "portable", threads: 1, node: arm64 ?? [] })]);
  });
});
