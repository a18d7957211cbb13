// This file shows how answers are counted, how far voters are trusted, and in what order people are asked to look.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Output } from "@kolm/format";
import { teach } from "@kolm/teach";
import type { TeacherAnswer } from "../../plugins/teach/src/teacher.ts";
import { countVotes } from "../../plugins/teach/src/vote/ballot.ts";
import { voterWeights } from "../../plugins/teach/src/vote/weights.ts";
import { numbers } from "../support/numbers.ts";
import { fakeContext, row, rowsOf } from "./fake-context.ts";

type Soft = Readonly<Record<string, Readonly<Record<string, number>>>>;
const valid = (output: Output | null, soft?: Soft): TeacherAnswer => ({
  status: "valid",
  output,
  calls: [],
  ...(soft === undefined ? {} : { soft }),
});
const invalid: TeacherAnswer = { status: "invalid", note: "no", calls: [] };
const count = (answers: readonly TeacherAnswer[], weights?: readonly number[]) =>
  countVotes(answers, { check: () => undefined, weights });

describe("votes", () => {
  it("go to whole answers; unusable ones have none", () => {
    const [a, b] = [valid({ x: "a" }), valid({ x: "b" })];
    assert.deepEqual(count([b, a, a, invalid]), [
      { output: { x: "a" }, count: 2 },
      { output: { x: "b" }, count: 1 },
    ]);
    assert.deepEqual(count([invalid]), []);
  });

  it("that tie go to the answer whose fields the others share, then to the first", () => {
    const outlier = valid({ x: "p", y: "q" });
    const one = valid({ x: "a", y: "b" });
    const other = valid({ x: "a", y: "c" });
    assert.deepEqual(count([outlier, one, other])[0]?.output, { x: "a", y: "b" });
    assert.deepEqual(count([valid({ x: "b" }), valid({ x: "a" })])[0]?.output, { x: "b" });
  });

  it("are weighted in hundredths", () => {
    const answers = [valid({ x: "a" }), valid({ x: "b" }), valid({ x: "b" })];
    assert.deepEqual(count(answers, [300, 100, 120]), [
      { output: { x: "a" }, count: 300 },
      { output: { x: "b" }, count: 220 },
    ]);
  });

  it("are spread by token probabilities, and what breaks a check gets none", () => {
    const answer = valid({ x: "a", z: true }, { x: { a: 0.7, b: 0.2, c: 0.1 }, z: { true: 1, false: 0 } });
    assert.deepEqual(count([answer]), [
      { output: { x: "a", z: true }, count: 70 },
      { output: { x: "b", z: true }, count: 20 },
      { output: { x: "c", z: true }, count: 10 },
    ]);
    const votes = countVotes([answer], { check: (output) => (output?.["x"] === "b" ? "no" : undefined) });
    assert.deepEqual(
      votes.map((vote) => vote.count),
      [88, 13],
    );
  });
});

describe("voter weights", () => {
  it("find the reliable voters without knowing a single right answer", () => {
    const random = numbers("voters");
    const accuracies = [0.95, 0.9, 0.6, 0.6, 0.6];
    const truth = Array.from({ length: 400 }, () => Math.floor(random() * 4));
    const ballots = truth.map((right) =>
      accuracies.map((share) =>
        valid({ x: String(random() < share ? right : (right + 1 + Math.floor(random() * 3)) % 4) }),
      ),
    );
    const weights = voterWeights(ballots, accuracies.length);
    const right = (by?: readonly number[]): number =>
      ballots.filter((ballot, at) => count(ballot, by)[0]?.output?.["x"] === String(truth[at])).length;
    const order = [...weights].sort((a, b) => b - a);
    assert.deepEqual(
      weights.slice(0, 2).sort((a, b) => b - a),
      order.slice(0, 2),
    );
    assert.ok(right(weights) > right(), `${right(weights)} weighted, ${right()} by majority`);
  });
});

describe("review list", () => {
  it("puts a sure teacher against people first, then no answer, then split votes, the evenest first", async () => {
    const jsonl = (rows: readonly unknown[]): string => rows.map((one) => `${JSON.stringify(one)}\n`).join("");
    const say = (...moods: string[]) => Object.fromEntries(moods.map((mood, at) => [`t${at}`, { mood, word: null }]));
    const { context, written } = await fakeContext({
      options: { provider: "recorded", file: "t.jsonl", column: ["t0", "t1", "t2", "t3", "t4"], baseline: "none" },
      examples: [
        row("agreed"),
        row("split but right"),
        row("all against"),
        row("most against"),
        { ...row("settled"), reviewed: true },
      ],
      unlabelled: ["even", "lonely", "sure", "nonsense"],
      recorded: {
        "t.jsonl": jsonl([
          { input: "agreed", ...say("good", "good", "good", "good", "good") },
          { input: "split but right", ...say("good", "good", "good", "bad", "bad") },
          { input: "all against", ...say("bad", "bad", "bad", "bad", "bad") },
          { input: "most against", ...say("bad", "bad", "bad", "bad", "good") },
          { input: "even", ...say("good", "bad", "good", "bad", "ugly") },
          { input: "lonely", ...say("good", "good", "good", "good", "bad") },
          { input: "sure", ...say("bad", "bad", "bad", "bad", "bad") },
          { input: "nonsense", ...say("ugly", "ugly", "ugly", "ugly", "ugly") },
        ]),
      },
    });
    await teach.run(context);
    const review = rowsOf(written, "review.jsonl");
    assert.deepEqual(
      review.map(({ input, why }) => [input, why]),
      [
        ["all against", "human"],
        ["most against", "human"],
        ["nonsense", "checks"],
        ["even", "self"],
        ["split but right", "self"],
        ["lonely", "self"],
      ],
    );
    assert.deepEqual(review[0]?.["fields"], ["mood"]);
    assert.deepEqual([review[0]?.["score"], review[1]?.["score"]], [1, 0.8]);
    const origins = rowsOf(written, "answers.jsonl").map(({ input, origin, output }) => [
      input,
      origin,
      output === null,
    ]);
    assert.deepEqual(origins, [
      ["agreed", "teacher", false],
      ["split but right", "teacher", false],
      ["all against", "teacher", false],
      ["most against", "teacher", false],
      ["settled", "human", false],
      ["even", "teacher", false],
      ["lonely", "teacher", false],
      ["sure", "teacher", false],
      ["nonsense", "teacher", true],
    ]);
  });

  it("stands beside people's labels when those are kept", async () => {
    const { context, written } = await fakeContext({
      options: { provider: "recorded", file: "t.jsonl", baseline: "none", humanLabels: "keep" },
      examples: [row("fine"), row("odd")],
      unlabelled: ["new"],
      recorded: {
        "t.jsonl": ["fine", "odd", "new"]
          .map(
            (input) =>
              `${JSON.stringify({ input, output: { mood: input === "fine" ? "good" : "bad", word: null } })}\n`,
          )
          .join(""),
      },
    });
    await teach.run(context);
    const answers = rowsOf(written, "answers.jsonl").map(({ origin, output }) => [origin, (output as Output)["mood"]]);
    assert.deepEqual(answers, [
      ["human", "good"],
      ["human", "good"],
      ["teacher", "bad"],
    ]);
    assert.deepEqual(
      rowsOf(written, "review.jsonl").map(({ input }) => input),
      ["odd"],
    );
  });
});
