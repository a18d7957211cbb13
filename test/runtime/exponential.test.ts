// This file tests exp and log: as close as doubles allow, and bit for bit what they are on every machine.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createRng } from "@kolm/stage";
import { exp, log } from "@kolm/runtime";

const rng = createRng("exponential");
const places = Float64Array.from({ length: 20_000 }, (_, index) => (rng.uniform() - 0.5) * (index % 2 ? 60 : 1400));
const powers = places.map(exp);
const logs = powers.map(log);

test("exp and log are within two units in the last place", () => {
  for (const [index, place] of places.entries()) {
    assert.ok(Math.abs((powers[index] ?? NaN) - Math.exp(place)) <= 2 * 2.3e-16 * Math.exp(place), `exp ${place}`);
    const right = Math.log(powers[index] ?? NaN);
    assert.ok(Math.abs((logs[index] ?? NaN) - right) <= 2 * 2.3e-16 * Math.abs(right), `log ${powers[index]}`);
  }
});

test("the ends of both are where they belong", () => {
  assert.deepEqual([exp(0), exp(-Infinity), exp(Infinity), exp(NaN), exp(-800)], [1, 0, Infinity, NaN, 0]);
  assert.deepEqual([log(1), log(0), log(Infinity), log(-1), log(NaN)], [0, -Infinity, Infinity, NaN, NaN]);
});

test("the bits are the same on every machine", () => {
  const digest = createHash("sha256").update(new Uint8Array(powers.buffer)).update(new Uint8Array(logs.buffer));
  assert.equal(digest.digest("hex").slice(0, 16), "ebb363b51043d6bf");
});
