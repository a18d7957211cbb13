// This file tests that model files survive decoding and encoding, and that damaged ones are refused.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { KolmError } from "@kolm/format";
import {
  GraphBuilder,
  attr,
  decodeModel,
  encodeModel,
  floatTensor,
  floatsOf,
  inferShapes,
  intTensor,
  numbersOf,
} from "@kolm/onnx";
import type { Values } from "@kolm/onnx";
import { createSession } from "../support/session.ts";

const EXPORTED = join(process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared"), "models/exported");
const MODELS = ["bert_tiny_opset13.onnx", "bert_tiny_opset16.onnx", "llama_tiny_opset16.onnx"];
const skip = existsSync(EXPORTED) ? false : "the shared models are not here";

function feedsFor(inputs: readonly string[]): Values {
  const ids = BigInt64Array.from([5, 17, 42, 3, 8, 90], BigInt);
  const mask = Float32Array.from([1, 1, 1, 1, 1, 0]);
  const all: Values = {
    ids: { type: "int64", dims: [2, 3], data: ids },
    input_ids: { type: "int64", dims: [2, 3], data: ids },
    mask: { type: "float32", dims: [2, 3], data: mask },
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => inputs.includes(name)));
}

for (const file of MODELS) {
  test(`${file} decoded and encoded again gives the same outputs`, { skip }, async () => {
    const original = new Uint8Array(readFileSync(join(EXPORTED, file)));
    const again = encodeModel(decodeModel(original));
    const [before, after] = [await createSession(original), await createSession(again)];
    assert.deepEqual(await after.run(feedsFor(after.inputs)), await before.run(feedsFor(before.inputs)));
    assert.deepEqual(encodeModel(decodeModel(again)), again);
  });

  test(`${file} has inferred output shapes equal to the declared ones`, { skip }, () => {
    const graph = decodeModel(new Uint8Array(readFileSync(join(EXPORTED, file))));
    const shapes = inferShapes(graph);
    for (const output of graph.outputs) assert.deepEqual(shapes.dims(output.name), output.dims);
  });

  test(`${file} cut short or altered anywhere is refused with a KolmError or read`, { skip }, () => {
    const bytes = new Uint8Array(readFileSync(join(EXPORTED, file)));
    const attempt = (damaged: Uint8Array): void => {
      try {
        decodeModel(damaged);
      } catch (error) {
        assert.ok(error instanceof KolmError, String(error));
      }
    };
    const property = fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      attempt(bytes.subarray(0, at));
      attempt(bytes.with(at, value));
    });
    fc.assert(property, { numRuns: 60, seed: 7 });
    for (let at = 0; at < 400; at++) attempt(bytes.subarray(0, at));
  });
}

test("random bytes are refused with a KolmError or read", () => {
  const property = fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    try {
      decodeModel(bytes);
    } catch (error) {
      assert.ok(error instanceof KolmError, String(error));
    }
  });
  fc.assert(property, { numRuns: 2000, seed: 7 });
});

test("all attribute kinds and tensors come back as they were", () => {
  const builder = new GraphBuilder("kinds");
  builder.input("x", "float32", ["batch", 2]);
  builder.initializer("w", floatTensor([1, -2.5, 3, 0], [2, 2]));
  builder.initializer("i", intTensor([-1, 9007199254740991]));
  const attributes = {
    a: attr.int(-3),
    b: attr.float(0.5),
    c: attr.string("é"),
    d: attr.ints([1, -1]),
    e: attr.floats([0.25, -8]),
    f: attr.tensor(intTensor([7], [])),
    g: { kind: "strings", value: ["", "z"] } as const,
  };
  const [y] = builder.node("Anything", ["x", "w", "", "i"], attributes, { domain: "my.domain", name: "n" });
  builder.output(y, "float32", ["batch", 2]);
  const graph = builder.build();
  const decoded = decodeModel(encodeModel(graph));
  assert.deepEqual(decoded.nodes, graph.nodes);
  assert.deepEqual([decoded.inputs, decoded.outputs, decoded.opsets], [graph.inputs, graph.outputs, graph.opsets]);
  const [w, i] = [decoded.initializers.get("w"), decoded.initializers.get("i")];
  assert.ok(w !== undefined && i !== undefined);
  assert.deepEqual([...floatsOf(w)], [1, -2.5, 3, 0]);
  assert.deepEqual(numbersOf(i), [-1, 9007199254740991]);
});

/** A one-field protobuf message of raw bytes. */
function field(number: number, payload: Uint8Array | readonly number[]): number[] {
  assert.ok(payload.length < 128);
  return [number * 8 + 2, payload.length, ...payload];
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function modelOf(graph: readonly number[]): Uint8Array {
  return Uint8Array.from([...field(7, graph), ...field(8, [16, 17])]);
}

test("typed data fields are read like raw bytes", () => {
  const floats = new Uint8Array(Float32Array.of(1.5, -2).buffer);
  const tensors = [
    field(5, [8, 2, 16, 1, ...field(4, floats), ...field(8, text("packed"))]),
    field(5, [8, 2, 16, 7, 56, 3, 56, ...Array.from({ length: 9 }, () => 0xff), 1, ...field(8, text("loose"))]),
    field(5, [8, 2, 16, 9, ...field(5, [1, 0]), ...field(8, text("flags"))]),
  ];
  const { initializers } = decodeModel(modelOf(tensors.flat()));
  assert.deepEqual(
    [...initializers].map(([name, tensor]) => [name, numbersOf(tensor)]),
    [
      ["packed", [1.5, -2]],
      ["loose", [3, -1]],
      ["flags", [1, 0]],
    ],
  );
});

test("external data, subgraphs and functions are refused by name", () => {
  const external = field(5, [8, 1, 16, 1, ...field(8, text("big")), 112, 1]);
  assert.throws(
    () => decodeModel(modelOf(external)),
    (error) => error instanceof KolmError && error.code === "ONNX_EXTERNAL_DATA" && /"big"/.test(error.message),
  );
  const node = field(1, [
    ...field(3, text("branch")),
    ...field(4, text("If")),
    ...field(5, [...field(1, text("then")), ...field(6, [])]),
  ]);
  assert.throws(
    () => decodeModel(modelOf(node)),
    (error) => error instanceof KolmError && error.code === "ONNX_SUBGRAPH" && /"branch" \(If\)/.test(error.message),
  );
  const bytes = Uint8Array.from([...modelOf([]), 0xca, 0x01, 3, ...field(1, text("f"))]);
  assert.throws(
    () => decodeModel(bytes),
    (error) => error instanceof KolmError && error.code === "ONNX_FUNCTION",
  );
});

test("an unknown operator is named with its node", () => {
  const builder = new GraphBuilder("g");
  builder.input("x", "float32", [2]);
  builder.node("Frobnicate", ["x"], {}, { name: "layer.3/odd" });
  assert.throws(() => inferShapes(builder.build()), /operator Frobnicate .*layer\.3\/odd/);
});
