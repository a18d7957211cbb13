// This file gives hostile model files to what stands before ONNX Runtime: each is refused by a KolmError, none ends the process.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { boundedModel, encodeModel, GraphBuilder, quantise, type Graph } from "@kolm/onnx";
import { createEncoder, createRuntime, LAYER } from "@kolm/runtime";
import { ENCODER, randomEncoder } from "../support/encoder.ts";
import { numbers } from "../support/numbers.ts";
import { createSession } from "../support/session.ts";
import { readerOf, smallLayers } from "../runtime/small-artifact.ts";

const GOOD = encodeModel(randomEncoder());

function refusal(bytes: Uint8Array): string {
  try {
    boundedModel(bytes);
  } catch (error) {
    assert.ok(error instanceof KolmError, `not a KolmError: ${String(error)}`);
    return error.code;
  }
  return "read";
}

/** Protobuf by hand: a length-delimited field. */
function field(number: number, ...parts: readonly (readonly number[] | Uint8Array | string)[]): Uint8Array {
  const payload = Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Uint8Array.from(part))),
  );
  return Buffer.concat([varint(number * 8 + 2), varint(payload.length), payload]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Uint8Array.from([...bytes, value]);
}

const SET_17 = field(8, [16, 17]);
const modelOf = (...graph: readonly Uint8Array[]): Uint8Array => Buffer.concat([field(7, ...graph), SET_17]);
const nodeOf = (op: string, ...rest: readonly Uint8Array[]): Uint8Array =>
  field(1, field(2, "y"), field(4, op), ...rest);
const EXTERNAL = [8, 1, 16, 1, 112, 1] as const;
const sparse = field(1, field(5, [8, 1, 16, 1], field(8, "v"), field(9, [0, 0, 0, 0])));
const ones = (count: number): Uint8Array => new Uint8Array(count).fill(1);

const FILES: Readonly<Record<string, readonly [Uint8Array, string]>> = {
  "external data in an initializer": [modelOf(field(5, EXTERNAL, field(8, "w"))), "ONNX_EXTERNAL_DATA"],
  "an external file's place in an initializer": [
    modelOf(field(5, field(8, "w"), field(13, field(1, "location")))),
    "ONNX_EXTERNAL_DATA",
  ],
  "external data in an attribute": [
    modelOf(nodeOf("Constant", field(5, field(1, "value"), field(5, EXTERNAL)))),
    "ONNX_EXTERNAL_DATA",
  ],
  "a sparse initializer with external data": [modelOf(field(15, field(1, EXTERNAL))), "ONNX_SPARSE"],
  "a sparse attribute": [
    modelOf(nodeOf("Constant", field(5, field(1, "sparse_value"), field(22, sparse)))),
    "ONNX_SUBGRAPH",
  ],
  "a subgraph": [
    modelOf(nodeOf("If", field(5, field(1, "then_branch"), field(6, field(5, EXTERNAL))))),
    "ONNX_SUBGRAPH",
  ],
  "a list of subgraphs": [modelOf(nodeOf("Scan", field(5, field(1, "body"), field(11, [])))), "ONNX_SUBGRAPH"],
  "a function": [Buffer.concat([GOOD, field(25, field(1, "f"), field(7, nodeOf("Constant")))]), "ONNX_FUNCTION"],
  "an unknown operator": [modelOf(nodeOf("Frobnicate")), "ONNX_OPERATOR"],
  "an operator named as what every object has": [modelOf(nodeOf("constructor")), "ONNX_OPERATOR"],
  "control flow without its graph": [modelOf(nodeOf("Loop")), "ONNX_OPERATOR"],
  "a random operator": [modelOf(nodeOf("RandomNormal")), "ONNX_OPERATOR"],
  "an operator of an unknown domain": [modelOf(nodeOf("Add", field(7, "evil.example"))), "ONNX_OPERATOR"],
  "an operator of a domain without a set": [modelOf(nodeOf("Gelu", field(7, "com.microsoft"))), "ONNX_OPSET"],
  "operator set 99": [Buffer.concat([GOOD, field(8, [16, 99])]), "ONNX_OPSET"],
  "operator set 7": [Buffer.concat([GOOD, field(8, [16, 7])]), "ONNX_OPSET"],
  "an empty file": [new Uint8Array(0), "ONNX_MALFORMED"],
  "fewer bytes than the dimensions say": [
    modelOf(field(5, [8, 2, 16, 1], field(8, "w"), field(9, [0, 0, 0, 0]))),
    "ONNX_MALFORMED",
  ],
  "more bytes than the dimensions say": [
    modelOf(field(5, [8, 0, 16, 1], field(8, "w"), field(9, [0, 0, 0, 0]))),
    "ONNX_MALFORMED",
  ],
  "dimensions beyond 2^31": [
    modelOf(field(5, [8], varint(2 ** 40), [8, 0, 16, 1], field(8, "w"), field(9, []))),
    "ONNX_LIMIT",
  ],
  "seventeen axes": [
    modelOf(field(5, field(1, ones(17)), [16, 1], field(8, "w"), field(9, [0, 0, 0, 0]))),
    "ONNX_LIMIT",
  ],
  "a tensor of texts": [modelOf(field(5, [8, 1, 16, 8], field(6, "text"), field(8, "w"))), "ONNX_MALFORMED"],
  "a value that is a sequence": [modelOf(field(11, field(1, "x"), field(2, field(4, [])))), "ONNX_MALFORMED"],
  "a name of a megabyte": [modelOf(field(2, new Uint8Array(1 << 20).fill(97))), "ONNX_LIMIT"],
  "a million empty nodes": [modelOf(Buffer.alloc(2 << 20, Uint8Array.of(10, 0))), "ONNX_LIMIT"],
  "a million empty inputs": [modelOf(nodeOf("Sum", Buffer.alloc(2 << 20, Uint8Array.of(10, 0)))), "ONNX_LIMIT"],
  "three million dimensions": [modelOf(field(5, field(1, ones(3_000_000)), [16, 1], field(8, "w"))), "ONNX_LIMIT"],
  "three million integers": [modelOf(nodeOf("Constant", field(5, field(8, ones(3_000_000))))), "ONNX_LIMIT"],
  "three million weights that are no raw data": [
    modelOf(field(5, [16, 3], field(5, ones(3_000_000)), field(8, "w"))),
    "ONNX_LIMIT",
  ],
};

for (const [name, [bytes, code]] of Object.entries(FILES)) {
  test(`${name} is refused as ${code}`, () => assert.equal(refusal(bytes), code));
}

test("models that kolm wrote, plain and quantised, come out as they went in", () => {
  for (const format of ["int8", "int4"] as const) {
    const written = encodeModel(
      quantise(randomEncoder({ vocabulary: 40, width: 64, inner: 128, layers: 1 }), { format }),
    );
    assert.deepEqual(boundedModel(written), written);
  }
  assert.deepEqual(boundedModel(GOOD), GOOD);
});

test("a real picture encoder of convolutions is read", { skip: missing("mobilenet_v2/mobilenet_v2.onnx") }, () => {
  const again = boundedModel(new Uint8Array(readFileSync(shared("mobilenet_v2/mobilenet_v2.onnx"))));
  assert.deepEqual(boundedModel(again), again);
});

test("ONNX Runtime is given kolm's bytes and never those of the file", async () => {
  // Training information, a description, a domain nobody uses, an unknown field: all of it legal, none of it read.
  const chatty = Buffer.concat([
    GOOD,
    field(20, field(1, field(5, EXTERNAL))),
    field(6, "doc"),
    field(8, field(1, "evil"), [16, 1]),
    field(99, "?"),
  ]);
  const given: Uint8Array[] = [];
  const encoder = await createEncoder({
    model: chatty,
    tokenizer: { encode: () => ({ ids: [1, 2], offsets: [], truncated: false }), maxTokens: 8 },
    names: ENCODER,
    createSession: (model, options) => {
      given.push(model);
      return createSession(model, options);
    },
  });
  assert.equal((await encoder.encode(["any"]))[0]?.length, 16);
  await encoder.close();
  assert.deepEqual(given, [GOOD]);
});

function terabyte(): Graph {
  const graph = new GraphBuilder("terabyte");
  graph.node("ConstantOfShape", [graph.ints([1 << 20, 1 << 18])], {}, { outputs: ["pooled"] });
  graph.output("pooled", "float32", ["a", "b"]);
  return graph.build();
}

test("an artifact whose model is hostile is refused before any session is made", async () => {
  const layers = await smallLayers();
  layers.set(LAYER.encoder, encodeModel(terabyte()));
  layers.delete(LAYER.recipes);
  const runtime = await createRuntime(readerOf(layers), { createSession: () => assert.fail("a session was made") });
  await assert.rejects(runtime.answer("any"), { name: "KolmError", code: "ONNX_UNBOUNDED" });
  await runtime.close();
});

test("a thousand random mutants are refused by a KolmError, or are opened and run without harm", async () => {
  const random = numbers("hostile");
  const below = (limit: number): number => Math.floor(random() * limit);
  const counts = { refused: 0, unopened: 0, run: 0 };
  for (let round = 0; round < 1000; round++) {
    const mutant = mutated(GOOD, below);
    const fit = bounded(mutant);
    if (fit === undefined) counts.refused++;
    else if (await runs(fit)) counts.run++;
    else counts.unopened++;
  }
  assert.ok(counts.refused > 300 && counts.run > 50, JSON.stringify(counts));
});

function bounded(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return boundedModel(bytes);
  } catch (error) {
    assert.ok(error instanceof KolmError, `not a KolmError: ${String(error)}`);
    return undefined;
  }
}

/** One to four bytes changed, a run cut out, a run repeated, or the file cut short; the graph's own part more often than weights. */
function mutated(bytes: Uint8Array, below: (limit: number) => number): Uint8Array {
  const at = below(2) === 0 ? below(bytes.length) : below(6000);
  switch (below(5)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(40))]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at + 1 + below(40)), bytes.subarray(at)]);
    case 2:
      return bytes.subarray(0, at);
    default: {
      const changed = bytes.slice();
      for (let count = below(4); count >= 0; count--) changed[at + below(8)] = below(256);
      return changed;
    }
  }
}

/** False where ONNX Runtime says that it will not have it. */
async function runs(model: Uint8Array): Promise<boolean> {
  const ids = { type: "int64", dims: [1, 3], data: BigInt64Array.of(1n, 2n, 3n) } as const;
  try {
    const session = await createSession(model);
    try {
      await session.run(Object.fromEntries(session.inputs.map((name) => [name, ids])));
    } finally {
      await session.close();
    }
    return true;
  } catch (error) {
    assert.ok(error instanceof Error && error.name !== "AssertionError", String(error));
    return false;
  }
}

function shared(path: string): string {
  return join(process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared"), "models", path);
}

function missing(path: string): string | false {
  try {
    readFileSync(shared(path));
    return false;
  } catch {
    return "the shared models are not here";
  }
}
