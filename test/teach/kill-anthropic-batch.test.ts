// This file shows that kill -9 at six moments of a batch's life at Anthropic pays for nothing twice.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { killBatches } from "./server/kill-batches.ts";
import { WIRES } from "./server/wires.ts";

describe("kill -9 during batches at Anthropic", () => {
  const wire = WIRES.find(({ name }) => name === "anthropic");
  assert.ok(wire);

  it("pays once when the batch was not taken, or taken without word of it", { timeout: 60_000 }, async () => {
    await killBatches(wire, ["before", "handled"], 3);
  });

  it("pays once when the word of it came as the process died", { timeout: 60_000 }, async () => {
    await killBatches(wire, ["answered"], 3);
  });
});
