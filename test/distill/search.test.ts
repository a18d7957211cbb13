// This file tests the search for settings: the grid, what a stretch of time allows, and that an interrupted one goes on.
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { StudentOptions } from "@kolm/distill";
import { GraphBuilder } from "@kolm/onnx";
import { memoryStore } from "@kolm/store";
import { affordable, gridOf, minutesOf, type Setting } from "../../plugins/distill/src/search/grid.ts";
import { settle } from "../../plugins/distill/src/options.ts";
import { search } from "../../plugins/distill/src/search/search.ts";
import { fakeContext } from "./fake-context.ts";

const given: Setting = { rank: 8, alpha: 16, targets: ["*"], learningRate: 3e-3, epochs: 4 };

test("the grid begins with what was given and has no setting twice", () => {
  const grid = gridOf(given);
  assert.deepEqual(grid[0], given);
  assert.ok(grid.length >= 6);
  assert.equal(new Set(grid.map((one) => JSON.stringify(one))).size, grid.length);
  assert.ok(grid.every(({ rank, alpha }) => alpha / rank === 2));
});

test("time buys settings in order, and always the first", () => {
  const load = { tokens: 10_000, weights: 7_000_000 };
  const grid = gridOf(given);
  assert.deepEqual(affordable(grid, 1e-9, load), [given]);
  assert.equal(affordable(grid, 1e9, load).length, grid.length);
  const some = affordable(grid, 2.1 * minutesOf(given, load), load);
  assert.deepEqual(some.slice(0, 2), grid.slice(0, 2));
  assert.ok(some.length < grid.length);
});

test("a wider adapter comes with many examples, unless the task says its size", () => {
  const options = StudentOptions.parse({});
  assert.deepEqual([settle(options, 100).rank, settle(options, 10_000).rank], [8, 16]);
  assert.deepEqual([settle(options, 100).alpha, settle(options, 10_000).alpha], [16, 32]);
  const own = settle(StudentOptions.parse({ rank: 4, alpha: 5 }), 10_000);
  assert.deepEqual([own.rank, own.alpha], [4, 5]);
});

test("auto is a search with its defaults, and a search leaves no room for a trainer", () => {
  assert.deepEqual(StudentOptions.parse("auto").search, { minutes: 10 });
  assert.equal(StudentOptions.parse(undefined).search, undefined);
  assert.equal(StudentOptions.safeParse("automatic").success, false);
  assert.equal(StudentOptions.safeParse({ search: {}, trainer: { command: ["true"] } }).success, false);
});

describe("a search", () => {
  const store = memoryStore();
  const pointer = { sha256: "0".repeat(64), size: 1 };
  const { context } = fakeContext({
    contract: { input: { type: "text", maxLength: 9 }, output: {} },
    answers: [{ input: "a", output: null }],
    options: { search: { minutes: 1e3 } },
    base: {
      name: "none",
      source: "",
      licence: "",
      hidden: 1,
      maxTokens: 2,
      pins: {},
      encoder: { ids: "", mask: "", tokens: "", pooled: "" },
      model: pointer,
      tokenizer: pointer,
    },
    store,
  });
  const plan = { epochs: 4, folds: 3, held: 3, refit: true };
  const scoreOf = ({ rank, epochs }: Setting): number => (rank === 16 ? 0.8 : epochs > 4 ? 0.803 : 0.7);
  const run = (trial: (setting: Setting) => Promise<number>, kernels = "native"): ReturnType<typeof search> =>
    search(
      { minutes: 1e3, plan, graph: new GraphBuilder("none").build(), tokens: 10, kernels, trial },
      { ...context, options: settle(context.options, 100) },
    );

  it("that is interrupted keeps the scores it has, and a change below chance does not move it", async () => {
    let trials = 0;
    const failing = async (setting: Setting): Promise<number> => {
      if (++trials === 4) throw new Error("stopped");
      return scoreOf(setting);
    };
    await assert.rejects(run(failing), /stopped/);
    const found = await run(async (setting) => (trials++, scoreOf(setting)));
    assert.equal(trials, 4 + found.trials.length - 3);
    assert.equal(found.chosen.rank, 16);
    assert.equal(found.chosen.epochs, 4);
    assert.equal(found.left, 0);
  });

  it("on other kernels asks again", async () => {
    let trials = 0;
    await run(async (setting) => (trials++, scoreOf(setting)), "wasm");
    assert.ok(trials >= 6);
  });
});
