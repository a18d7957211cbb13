// This file checks the figures behind certificates: intervals, folds, judging, polarity.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, foldByInput, isNegated, judgeOf, wilsonLower } from "@kolm/recipes/synthesis";

test("the Wilson lower bound agrees with published values", () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20 and their mirror 20/20.
  assert.ok(Math.abs(wilsonLower(81, 263) - 0.2553) < 5e-5);
  assert.ok(Math.abs(wilsonLower(15, 148) - 0.0624) < 5e-5);
  assert.ok(wilsonLower(0, 20) < 1e-12);
  assert.ok(Math.abs(wilsonLower(20, 20) - 0.8389) < 5e-5);
  assert.equal(wilsonLower(0, 0), 0);
  assert.ok(wilsonLower(188, 188) < 0.98 && wilsonLower(189, 189) >= 0.98);
});

function answer(id: string, input: string, output: Answer["output"] = null): Answer {
  return { id, input, output };
}

test("near-copies fall into one fold, and all folds are used", () => {
  assert.equal(foldByInput(answer("a", "Where is order 123?")), foldByInput(answer("b", "where is ORDER 456")));
  const folds = new Set(
    Array.from({ length: 200 }, (_, index) =>
      foldByInput(answer("x", `word ${"abcdefghij"[index % 10]}${"klmnopqrst"[Math.floor(index / 10) % 10]}`)),
    ),
  );
  assert.deepEqual(
    [...folds].sort((a, b) => a - b),
    [0, 1, 2, 3, 4],
  );
});

test("a negation near or inside the trigger counts, one far away or behind does not", () => {
  assert.equal(isNegated("please do not cancel my order", ["cancel my"]), true);
  assert.equal(isNegated("I don\u2019t want to cancel", ["cancel"]), true);
  assert.equal(isNegated("cancel it, I am not amused", ["cancel"]), false);
  assert.equal(isNegated("no, as I said twice before on Monday, cancel", ["cancel"]), false);
  assert.equal(isNegated("it is not here", ["not here"]), true);
  assert.equal(isNegated("not here", []), false);
});

test("an enum value on an input out of scope is wrong, a span there is not judged", () => {
  const say = judgeOf({ id: "x", field: "f", gives: "enum", nodes: [{ op: "text", value: "v" }] });
  assert.deepEqual([say(answer("a", "?")).fired, say(answer("a", "?")).right], [1, 0]);
  const none = judgeOf({ id: "x", field: "f", gives: "span", nodes: [{ op: "null" }] });
  assert.equal(none(answer("a", "?")).fired, 0);
  assert.equal(none(answer("a", "?", new Map([["f", null]]))).right, 1);
  assert.equal(none(answer("a", "?", new Map([["g", null]]))).fired, 0);
});
