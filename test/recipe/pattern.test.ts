// This file checks the pattern language: same matches as a plain search, linear time, bounds.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compilePattern } from "@kolm/recipe";

const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", "\\d", "\\w", ".", "1", "-", "x");
const part = fc
  .tuple(atom, fc.constantFrom("", "", "?", "*", "+", "{2}", "{1,3}", "+?", "*?"))
  .map(([of, repeat]) => of + repeat);
const branch = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
const pattern = fc
  .tuple(branch, fc.option(branch), fc.constantFrom("", "^", "\\b"), fc.constantFrom("", "$", "\\b"))
  .map(([left, right, before, after]) => `${before}(${right === null ? left : `${left}|${right}`})${after}`);
const text = fc
  .array(fc.constantFrom("a", "b", "1", "2", "-", "x", " ", "\n"), { maxLength: 24 })
  .map((chars) => chars.join(""));

test("every search gives what an unfiltered leftmost-first search gives", () => {
  fc.assert(
    fc.property(pattern, text, fc.nat(10), fc.boolean(), (source, input, from, fold) => {
      const start = Math.min(from, input.length);
      const plain = new RegExp(source, fold ? "gi" : "g");
      plain.lastIndex = start;
      const expected = plain.exec(input);
      const compiled = compilePattern(source, fold);
      const found = compiled.find(input, start, 0);
      assert.deepEqual(
        found === undefined ? null : [found.start, found.end],
        expected && [expected.index, expected.index + expected[0].length],
      );
      assert.equal(compiled.test(input), new RegExp(source, fold ? "i" : "").test(input));
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

test("a pattern that takes other engines exponential time is linear here", () => {
  const bomb = compilePattern("^(?:a+)+$", false);
  const started = performance.now();
  assert.equal(bomb.test(`${"a".repeat(60_000)}b`), false);
  assert.equal(bomb.find(`${"a".repeat(60_000)}b`, 0, 0), undefined);
  assert.ok(performance.now() - started < 5_000);
});

test("long, heavy and deeply nested patterns are refused", () => {
  for (const source of [
    "a".repeat(513),
    "\u00E9".repeat(257),
    "(?:[0-9]{40}){40}",
    `${"(".repeat(40)}a${")".repeat(40)}`,
  ]) {
    assert.throws(() => compilePattern(source, false), { name: "Error" }, source.slice(0, 20));
  }
});
