// This file tests sessions on WebAssembly: close to the native ones, free of machine-dependent instructions, and interruptible.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { encodeModel, type Session, type Values } from "@kolm/onnx";
import { createSession as createNative } from "@kolm/runtime/node";
import { createSession } from "@kolm/runtime/wasm";
import { randomEncoder } from "../support/encoder.ts";

const model = encodeModel(randomEncoder());
// Engines have it, the type library of Node.js does not.
const { validate } = (globalThis as unknown as { WebAssembly: { validate(this: void, bytes: Uint8Array): boolean } })
  .WebAssembly;
const feeds: Values = {
  ids: { type: "int64", dims: [2, 3], data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 0n) },
  mask: { type: "int64", dims: [2, 3], data: BigInt64Array.of(1n, 1n, 1n, 1n, 1n, 0n) },
};

async function pooledOf(session: Session): Promise<readonly number[]> {
  const { pooled } = await session.run(feeds);
  assert.ok(pooled?.type === "float32");
  assert.deepEqual(pooled.dims, [2, 16]);
  return [...pooled.data];
}

describe("a session on WebAssembly", () => {
  it("answers as a native one does, to rounding", async () => {
    const [wasm, native] = [await createSession(model), await createNative(model)];
    assert.deepEqual([wasm.inputs, wasm.outputs], [native.inputs, native.outputs]);
    const right = await pooledOf(native);
    for (const [place, value] of (await pooledOf(wasm)).entries())
      assert.ok(Math.abs(value - (right[place] ?? NaN)) < 1e-6);
    await Promise.all([wasm.close(), native.close()]);
  });

  it("shares one pool of threads with all others, whatever they ask for", async () => {
    const [one, two] = [await createSession(model, { threads: 1 }), await createSession(model, { threads: 2 })];
    assert.deepEqual(await pooledOf(one), await pooledOf(two));
    await one.close();
    assert.equal((await pooledOf(two)).length, 32);
    await two.close();
  });

  it("lets timers and signals be heard between runs", async () => {
    const session = await createSession(model);
    const signal = AbortSignal.timeout(20);
    let runs = 0;
    await assert.rejects(
      async () => {
        for (; runs < 10_000; runs++) {
          signal.throwIfAborted();
          await session.run(feeds);
        }
      },
      { name: "TimeoutError" },
    );
    await session.close();
  });

  it("uses no relaxed SIMD, whose results depend on the machine", async (test) => {
    // i8x16.relaxed_swizzle of two zero vectors.
    const relaxed = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0);
    const body = Uint8Array.of(65, 0, 253, 15, 65, 0, 253, 15, 253, 128, 2, 11);
    const probe = Uint8Array.from([...relaxed, ...body]);
    if (validate(probe)) return test.skip("this engine accepts relaxed SIMD, so accepting the module proves nothing");
    const file = createRequire(import.meta.resolve("@kolm/runtime/package.json")).resolve(
      "onnxruntime-web/ort-wasm-simd-threaded.wasm",
    );
    assert.ok(validate(await readFile(file)));
  });
});
