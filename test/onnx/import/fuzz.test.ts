// This file mutates exporter-made files and checks that reading them ends, soon and in little memory, well or in a KolmError.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import {
  GraphBuilder,
  decodeModel,
  differentiate,
  encodeModel,
  importGraph,
  importModel,
  injectLora,
  loraParameters,
} from "@kolm/onnx";
import type { Attribute, Graph, Node } from "@kolm/onnx";
import { EXPORTED, exportedModel, skip } from "../../support/exported.ts";
import { numbers } from "../../support/numbers.ts";

const RUNS = Number(process.env["KOLM_FUZZ_RUNS"] ?? 120);
/** One file of 150 kB takes some 20 ms; the bounds only have to catch what grows without end. */
const SECONDS = 2;
const MEGABYTES = 64;

type Random = (below: number) => number;

for (const name of EXPORTED) {
  test(`${name} with altered bytes is imported, or refused with a KolmError`, { skip }, () => {
    const model = exportedModel(name);
    const { refused } = fuzz(`bytes ${name}`, (random) => alteredBytes(model, random));
    assert.ok(refused > RUNS / 10 && refused < RUNS, `${refused} of ${RUNS} refused`);
  });

  test(`${name} with altered nodes is imported, or refused with a KolmError`, { skip }, () => {
    const graph = decodeModel(exportedModel(name));
    const { refused } = fuzz(`nodes ${name}`, (random) => encodeModel(alteredGraph(graph, random)));
    assert.ok(refused > RUNS / 10 && refused < RUNS, `${refused} of ${RUNS} refused`);
  });
}

function fuzz(seed: string, make: (random: Random) => Uint8Array): { refused: number } {
  const uniform = numbers(seed);
  const random: Random = (below) => Math.floor(uniform() * below);
  let refused = 0;
  for (let run = 0; run < RUNS; run++) {
    const bytes = make(random);
    const [start, before] = [performance.now(), process.memoryUsage().arrayBuffers];
    try {
      prepare(importModel(bytes));
    } catch (error) {
      assert.ok(error instanceof KolmError, `${seed}, run ${run}: ${error instanceof Error ? error.stack : error}`);
      refused++;
    }
    const seconds = (performance.now() - start) / 1000;
    const megabytes = (process.memoryUsage().arrayBuffers - before) / 2 ** 20;
    assert.ok(seconds < SECONDS && megabytes < MEGABYTES, `${seed}, run ${run}: ${seconds} s, ${megabytes} MB`);
  }
  return { refused };
}

/** What training does with a graph before the first session is made. */
function prepare(graph: Graph): void {
  const lora = { rank: 2, alpha: 4, targets: ["*"] };
  const wrt = loraParameters(graph, lora).map(({ name }) => name);
  const builder = GraphBuilder.from(injectLora(graph, lora));
  const [loss] = builder.node("ReduceSum", [graph.outputs[0]?.name ?? ""], { keepdims: { kind: "int", value: 0 } });
  differentiate(builder.build(), { loss, wrt });
}

/** Some bytes changed, moved, removed, inserted, or the end cut off; weights, the bulk of a file, are left out of it. */
function alteredBytes(model: Uint8Array, random: Random): Uint8Array {
  let bytes = model;
  // The nodes come first in a file; 48 kB of them in the largest.
  const place = (): number => (random(4) > 0 ? random(Math.min(bytes.length, 48_000)) : random(bytes.length));
  for (let left = 1 + random(4); left > 0; left--) {
    const at = place();
    const length = 1 + random(12);
    const rest = bytes.subarray(at + length);
    const kinds = [
      () => bytes.with(at, random(256)),
      () => bytes.with(at, (bytes[at] ?? 0) ^ (1 << random(8))),
      () =>
        join(
          bytes.subarray(0, at),
          Uint8Array.from({ length }, () => random(256)),
          bytes.subarray(at),
        ),
      () => join(bytes.subarray(0, at), rest),
      () => join(bytes.subarray(0, at), bytes.subarray(place()).subarray(0, length), rest),
      () => join(bytes.subarray(0, at), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), rest),
      () => bytes.subarray(0, Math.max(1, at)),
    ];
    bytes = kinds[random(kinds.length)]?.() ?? bytes;
  }
  return bytes;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

const OPERATORS = ["Add", "Concat", "Mul", "Reshape", "Expand", "Slice", "Gather", "Split", "Range", "Tile", "Pad"];
const OTHERS = ["ConstantOfShape", "Squeeze", "MatMul", "Identity", "Shape", "constructor", "__proto__", "Where"];
const INTEGERS = [-1, 0, 1, 2, 7, 64, -(2 ** 31), 2 ** 31, 2 ** 40, 2 ** 53 - 1];

/** Some nodes with another operator, inputs of other nodes, other attributes, repeated or left out. */
function alteredGraph(graph: Graph, random: Random): Graph {
  const nodes = [...graph.nodes];
  const pick = <T>(values: readonly T[], fallback: T): T => values[random(values.length)] ?? fallback;
  for (let left = 1 + random(5); left > 0; left--) {
    const at = random(nodes.length);
    const node =
      nodes[at] ?? ({ name: "", op: "", domain: "", inputs: [], outputs: [], attributes: {} } satisfies Node);
    const kinds = [
      () => nodes.splice(at, 1, { ...node, op: pick([...OPERATORS, ...OTHERS], "Add") }),
      () => nodes.splice(at, 1, { ...node, inputs: node.inputs.map(() => pick(node.inputs, "")) }),
      () => nodes.splice(at, 1, { ...node, inputs: [...node.inputs, pick(nodes, node).outputs[0] ?? ""] }),
      () =>
        nodes.splice(at, 1, {
          ...node,
          inputs: [pick(nodes.slice(0, at), node).outputs[0] ?? "", ...node.inputs.slice(1)],
        }),
      () => nodes.splice(at, 1, { ...node, attributes: { ...node.attributes, ...oddAttributes(random) } }),
      () => nodes.splice(at, 1),
      () => nodes.splice(at, 0, node),
      () => nodes.splice(at, 0, ...doubling(node, pick(["Concat", "Add", "Mul"], "Add"))),
    ];
    kinds[random(kinds.length)]?.();
  }
  return { ...graph, nodes };
}

function oddAttributes(random: Random): Record<string, Attribute> {
  const names = ["axis", "axes", "perm", "value", "to", "keepdims", "start", "end", "allowzero", "kind"];
  const value = INTEGERS[random(INTEGERS.length)] ?? 0;
  const attribute: Attribute = random(3) > 0 ? { kind: "int", value } : { kind: "ints", value: [value, value] };
  return { [names[random(names.length)] ?? ""]: attribute };
}

/** Thirty nodes that each take the one before twice: what is kept of them must not double each time. */
function doubling({ inputs: [input = ""] }: Node, op: string): Node[] {
  const attributes: Record<string, Attribute> = op === "Concat" ? { axis: { kind: "int", value: 0 } } : {};
  return Array.from({ length: 30 }, (_, index) => {
    const last = index === 0 ? input : `doubled.${index - 1}`;
    return { name: "", op, domain: "", inputs: [last, last], outputs: [`doubled.${index}`], attributes };
  });
}

test("sizes and lists that double with every node stay small", () => {
  for (const [op, doubled] of [
    ["Concat", 1],
    ["Add", 0],
    ["Mul", 0],
  ] as const) {
    const builder = new GraphBuilder("doubling");
    builder.input("x", "float32", ["batch", "tokens"]);
    let [last] = builder.node("Shape", ["x"]);
    for (let round = 0; round < 60; round++)
      [last] = builder.node(op, [last, last], op === "Concat" ? { axis: { kind: "int", value: 0 } } : {});
    builder.output(last, "int64", [2]);
    const start = performance.now();
    const attempt = (): Graph => importGraph(builder.build());
    // Sixty doublings of a list are 2^61 numbers: no file has a value of that size, and none is computed.
    if (doubled === 1) assert.throws(attempt, KolmError);
    else
      assert.throws(
        attempt,
        (error) => error instanceof KolmError && /expression of \d+ characters/.test(error.message),
      );
    assert.ok(performance.now() - start < 1000);
  }
});
