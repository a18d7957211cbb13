// This file compares a graph's gradients with finite differences.
import assert from "node:assert/strict";
import { GraphBuilder, differentiate, encodeModel, gradientName, inferShapes } from "@kolm/onnx";
import type { Dim, Graph, Values } from "@kolm/onnx";
import { createSession } from "../../support/session.ts";
import { numbers } from "../../support/numbers.ts";

export type Argument = {
  /** Declared dimensions; sizes gives what their names stand for. */
  readonly dims: readonly Dim[];
  readonly values?: readonly number[];
  /** Range of the random values, default [-1, 1]. */
  readonly range?: readonly [number, number];
};

export type Case = {
  readonly name: string;
  /** Trainable inputs by name. */
  readonly wrt: Readonly<Record<string, Argument>>;
  readonly fixed?: Values;
  readonly fixedDims?: Readonly<Record<string, readonly Dim[]>>;
  readonly opset?: number;
  /** Sizes of the output where they are not the product of named ones. */
  readonly outputSizes?: readonly number[];
  readonly build: (graph: GraphBuilder) => string;
};

const SIZES: Readonly<Record<string, number>> = { B: 2, T: 3 };
const STEP = 1 / 32;
/** The worst seen is 8e-5; a wrong constant shows well above this. */
const TOLERANCE = 2e-4;

/** Asserts that every gradient of Σ r·y agrees with differences of y. */
export async function checkGradient(checked: Case): Promise<void> {
  for (const { name, error, shown } of await measureGradient(checked))
    assert.ok(error <= TOLERANCE, `${checked.name}, ${name}: relative error ${error}\n${shown}`);
}

export type Measured = { readonly name: string; readonly error: number; readonly shown: string };

/**
 * The largest error of every gradient of Σ r·y against five-point differences of y, relative to the largest gradient;
 * planted changes the differentiated graph before it runs.
 */
export async function measureGradient(
  checked: Case,
  planted: (graph: Graph) => Graph = (graph) => graph,
): Promise<Measured[]> {
  const built = withLoss(checked);
  const { output } = built;
  const graph = planted(built.graph);
  const session = await createSession(encodeModel(graph));
  const random = numbers(checked.name);
  const points = Object.entries(checked.wrt).map(([name, argument]) => {
    const dims = concrete(argument.dims);
    const [low, high] = argument.range ?? [-1, 1];
    const count = dims.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from(
      argument.values ?? Array.from({ length: count }, () => low + (high - low) * random()),
    );
    return { name, dims, data };
  });
  const feeds: Record<string, Values[string]> = { ...checked.fixed };
  for (const { name, dims, data } of points) feeds[name] = { type: "float32", dims, data };
  const outputDims = [...(checked.outputSizes ?? concrete(inferShapes(graph).dims(output)))];
  const weights = Float32Array.from(
    { length: outputDims.reduce((product, dim) => product * dim, 1) },
    () => random() * 2 - 1,
  );
  feeds["r"] = { type: "float32", dims: outputDims, data: weights };

  const loss = async (): Promise<number> => {
    const y = (await session.run(feeds))[output];
    assert.ok(y?.type === "float32");
    assert.deepEqual(y.dims, outputDims);
    return y.data.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0);
  };
  const fetched = await session.run(feeds);
  const measured: Measured[] = [];
  for (const { name, dims, data } of points) {
    const gradient = fetched[gradientName(name)];
    assert.ok(gradient?.type === "float32");
    assert.deepEqual(gradient.dims, dims, `gradient of ${name} has its shape`);
    const expected = await differences(data, loss);
    const error = relativeError(gradient.data, expected);
    measured.push({ name, error, shown: `${[...gradient.data]}\n${expected}` });
    assert.ok(
      gradient.data.some((value) => value !== 0),
      `${checked.name}: gradient of ${name} is not all zero`,
    );
  }
  await session.close();
  return measured;
}

function withLoss({ wrt, fixed = {}, fixedDims = {}, opset = 17, build }: Case) {
  const builder = new GraphBuilder("case", { "": opset, "com.microsoft": 1 });
  for (const [name, { dims }] of Object.entries(wrt)) builder.input(name, "float32", dims);
  for (const [name, { type, dims }] of Object.entries(fixed)) builder.input(name, type, fixedDims[name] ?? dims);
  const output = build(builder);
  const dims = inferShapes(builder.build()).dims(output);
  builder.input("r", "float32", dims);
  const [product] = builder.node("Mul", [output, "r"]);
  const [loss] = builder.node("ReduceSum", [product], { keepdims: { kind: "int", value: 0 } });
  builder.output(output, "float32", dims);
  return { output, graph: differentiate(builder.build(), { loss, wrt: Object.keys(wrt) }) };
}

function concrete(dims: readonly Dim[]): number[] {
  return dims.map((dim) =>
    typeof dim === "number" ? dim : dim.split("*").reduce((size, part) => size * (SIZES[part] ?? Number(part)), 1),
  );
}

async function differences(data: Float32Array, loss: () => Promise<number>): Promise<number[]> {
  const slopes: number[] = [];
  for (let index = 0; index < data.length; index++) {
    const centre = data[index] ?? 0;
    const at = async (offset: number): Promise<number> => {
      data[index] = centre + offset;
      return loss();
    };
    const near = (await at(STEP)) - (await at(-STEP));
    const far = (await at(2 * STEP)) - (await at(-2 * STEP));
    slopes.push((8 * near - far) / (12 * STEP));
    data[index] = centre;
  }
  return slopes;
}

function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  return expected.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (actual[index] ?? NaN))), 0) / scale;
}
