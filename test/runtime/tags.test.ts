// This file checks that spans read out of tag scores are well formed and exact.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readTags, type TagScores } from "@kolm/runtime";

/** Scores that favour the given tags; offsets cut the input at blanks and hyphens. */
function scores(
  input: string,
  tags: readonly number[],
  { labels = 2, sure = 8 }: { labels?: number; sure?: number } = {},
): TagScores {
  const offsets = [...input.matchAll(/[^\s-]+|-/g)].map((word): [number, number] => [
    word.index,
    word.index + word[0].length,
  ]);
  const classes = 1 + 2 * labels;
  const logits = new Float32Array(offsets.length * classes);
  for (const [token, tag] of tags.entries()) logits[token * classes + tag] = sure;
  return { input, logits, offsets, labels, temperature: 1 };
}

const texts = (input: string, tags: readonly number[]): string[] =>
  readTags(scores(input, tags)).spans.map(({ start, end, label }) => `${label}:${input.slice(start, end)}`);

test("begin and continue tags make one span from first to last token", () => {
  assert.deepEqual(texts("call Mary Ann Smith in Leeds", [0, 1, 2, 2, 0, 3]), ["0:Mary Ann Smith", "1:Leeds"]);
});

test("two spans of one label with only blanks between them are one", () => {
  assert.deepEqual(texts("Mary Bob", [1, 1]), ["0:Mary Bob"]);
});

test("a continuation without a beginning is read as the best path that has one", () => {
  const { spans } = readTags(scores("to Mary Ann", [0, 2, 2]));
  assert.equal(spans.length, 1);
  assert.equal(spans[0]?.end, 11);
});

test("pieces of one word tagged as two beginnings are one span", () => {
  const input = "order 10482 please";
  const offsets: [number, number][] = [
    [0, 5],
    [6, 8],
    [8, 11],
    [12, 18],
  ];
  const logits = new Float32Array(12);
  for (const [token, tag] of [0, 1, 1, 0].entries()) logits[token * 3 + tag] = 9;
  const { spans } = readTags({ input, offsets, logits, labels: 1, temperature: 1 });
  assert.deepEqual(
    spans.map(({ start, end }) => input.slice(start, end)),
    ["10482"],
  );
});

test("blanks at the ends of a span are not part of it", () => {
  const { spans } = readTags({
    input: "a  b ",
    offsets: [
      [0, 1],
      [1, 5],
    ],
    logits: Float32Array.of(9, 0, 0, 0, 9, 0),
    labels: 1,
    temperature: 1,
  });
  assert.deepEqual(
    spans.map(({ start, end }) => [start, end]),
    [[3, 4]],
  );
});

test("tokens without text of their own carry no tag", () => {
  const { spans, confidence } = readTags({
    input: "Bob",
    offsets: [
      [0, 0],
      [0, 3],
      [3, 3],
    ],
    logits: Float32Array.of(0, 9, 0, 0, 9, 0, 0, 0, 9),
    labels: 1,
    temperature: 1,
  });
  assert.deepEqual(
    spans.map(({ start, end }) => [start, end]),
    [[0, 3]],
  );
  assert.ok(confidence > 0.99);
});

test("confidence is that of the least sure tag and falls with temperature", () => {
  const sure = readTags(scores("Mary Ann", [1, 2]));
  const warm = readTags({ ...scores("Mary Ann", [1, 2]), temperature: 4 });
  assert.ok(sure.confidence > 0.99 && warm.confidence < sure.confidence && warm.confidence > 0);
  assert.equal(readTags(scores("", [])).confidence, 1);
});

test("whatever the scores: spans lie in the input in order, do not overlap, and confidences are in [0, 1]", () => {
  const words = fc.array(fc.constantFrom("ab", "c-d", "é", "😀x"), { maxLength: 8 }).map((parts) => parts.join(" "));
  const check = (input: string, seed: readonly number[]): void => {
    const given = scores(input, [], { labels: 2 });
    const logits = given.logits.map((_, index) => seed[index % seed.length] ?? 0);
    const { spans, confidence } = readTags({ ...given, logits });
    let last = 0;
    for (const span of spans) {
      assert.ok(
        span.start >= last &&
          span.end > span.start &&
          span.end <= input.length &&
          span.confidence >= 0 &&
          span.confidence <= 1,
      );
      assert.equal(input.slice(span.start, span.end).trim(), input.slice(span.start, span.end));
      last = span.end;
    }
    assert.ok(confidence >= 0 && confidence <= 1);
  };
  fc.assert(
    fc.property(words, fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 40 }), check),
    { numRuns: 500, seed: 3 },
  );
});

test("no allowed sequence of tags is more probable than the one chosen", () => {
  const allowed = (tags: readonly number[]): boolean =>
    tags.every((tag, at) => tag !== 2 || (at > 0 && tags[at - 1] !== 0));
  const all = (length: number): number[][] =>
    length === 0 ? [[]] : all(length - 1).flatMap((tags) => [0, 1, 2].map((tag) => [...tags, tag]));
  fc.assert(
    fc.property(fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 }), (values) => {
      const logits = Float32Array.from(values);
      const score = (tags: readonly number[]): number =>
        tags.reduce((sum, tag, at) => sum + (logits[at * 3 + tag] ?? 0), 0);
      const best = Math.max(...all(4).filter(allowed).map(score));
      // Text between the tokens keeps neighbouring spans apart, so the spans say the tags.
      const input = "-x-x-x-";
      const { spans } = readTags({
        input,
        offsets: [
          [0, 1],
          [2, 3],
          [4, 5],
          [6, 7],
        ],
        logits,
        labels: 1,
        temperature: 1,
      });
      const tags = [0, 0, 0, 0];
      for (const { start, end } of spans)
        for (let at = start / 2; at * 2 < end; at++) tags[at] = at === start / 2 ? 1 : 2;
      assert.ok(Math.abs(score(tags) - best) < 1e-4);
    }),
    { numRuns: 200, seed: 4 },
  );
});
