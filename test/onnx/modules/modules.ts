// This file compares the gradients of a whole model, target module by target module, with differences of its loss.
import assert from "node:assert/strict";
import { encodeModel, gradientName } from "@kolm/onnx";
import type { Graph, Value, Values } from "@kolm/onnx";
import { numbers } from "../../support/numbers.ts";
import { createSession } from "../../support/session.ts";
import { fixKinks, only } from "./kinks.ts";

/** What is compared: graph outputs "<parameter>.gradient"; loss gives their function in double precision. */
export type Check = {
  readonly gradients: Graph;
  readonly forward: Graph;
  readonly feeds: Values;
  readonly parameters: readonly string[];
  readonly loss: (outputs: Values) => number;
};

/** The worst error of one parameter's gradient, relative to its largest number or to its length. */
export type Finding = { readonly parameter: string; readonly error: number };

type Prober = {
  /** Five-point central difference of the loss along a direction, which has length 1. */
  readonly slope: (name: string, direction: Float32Array, step: number) => Promise<number>;
  readonly gradient: (name: string) => Float32Array;
  readonly close: () => Promise<void>;
};

/** Every number of every parameter, changed one at a time: for small models. */
export async function elementErrors(check: Check, step = 1 / 32): Promise<Finding[]> {
  const prober = await openProber(check);
  const findings: Finding[] = [];
  for (const parameter of check.parameters) {
    const gradient = prober.gradient(parameter);
    let worst = 0;
    for (let index = 0; index < gradient.length; index++) {
      const direction = new Float32Array(gradient.length).fill(1, index, index + 1);
      const slope = await prober.slope(parameter, direction, step);
      worst = Math.max(worst, Math.abs(slope - (gradient[index] ?? NaN)));
    }
    findings.push({ parameter, error: worst / Math.max(...gradient.map(Math.abs)) });
  }
  await prober.close();
  return findings;
}

/**
 * Directional derivatives for models too large for that: along the gradient itself, which finds a wrong size, and along
 * `random` directions that share half of their length with it, which find a wrong direction.
 */
export async function directionErrors(check: Check, { step = 1 / 64, random = 4 } = {}): Promise<Finding[]> {
  const prober = await openProber(check);
  const findings: Finding[] = [];
  for (const parameter of check.parameters) {
    const gradient = prober.gradient(parameter);
    const length = Math.hypot(...gradient);
    const uniform = numbers(parameter);
    let worst = 0;
    for (let round = 0; round <= random; round++) {
      const noise = gradient.map(() => (round === 0 ? 0 : 2 * uniform() - 1));
      const scale = round === 0 ? 0 : 1 / Math.hypot(...noise);
      const mixed = gradient.map((value, index) => value / length + (noise[index] ?? 0) * scale);
      const size = Math.hypot(...mixed);
      const direction = mixed.map((value) => value / size);
      const expected = gradient.reduce((sum, value, index) => sum + value * (direction[index] ?? 0), 0);
      const slope = await prober.slope(parameter, direction, step);
      worst = Math.max(worst, Math.abs(slope - expected) / length);
    }
    findings.push({ parameter, error: worst });
  }
  await prober.close();
  return findings;
}

async function openProber({ gradients, forward: model, feeds: point, loss }: Check): Promise<Prober> {
  const session = await createSession(encodeModel(gradients));
  const computed = await session.run(only(point, session.inputs));
  await session.close();
  const { graph: forward, feeds } = await fixKinks(model, point);
  const answering = await createSession(encodeModel(forward));
  const given = only(feeds, answering.inputs);
  const lossAt = async (name: string, value: Value): Promise<number> =>
    loss({ ...feeds, ...(await answering.run({ ...given, [name]: value })) });
  return {
    slope: async (name, direction, step) => {
      const centre = feeds[name];
      assert.ok(centre?.type === "float32");
      const at = (distance: number): Promise<number> => {
        const data = centre.data.map((value, index) => value + distance * (direction[index] ?? 0));
        return lossAt(name, { ...centre, data });
      };
      const near = (await at(step)) - (await at(-step));
      const far = (await at(2 * step)) - (await at(-2 * step));
      return (8 * near - far) / (12 * step);
    },
    gradient: (name) => {
      const value = computed[gradientName(name)];
      assert.ok(value?.type === "float32", `${name} has a gradient`);
      assert.ok(
        value.data.some((number) => number !== 0),
        `the gradient of ${name} is not all zero`,
      );
      return value.data;
    },
    close: () => answering.close(),
  };
}
