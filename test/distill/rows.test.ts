// This file tests how answers become lessons: tags, soft targets, folds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRng } from "@kolm/stage";
import type { Contract, Output } from "@kolm/format";
import { dealFolds } from "../../plugins/distill/src/rows/folds.ts";
import { headsOf, SCOPE } from "../../plugins/distill/src/rows/heads.ts";
import { lessonsOf } from "../../plugins/distill/src/rows/lesson.ts";
import { tagSpans, type Range } from "../../plugins/distill/src/rows/tags.ts";

const OUT_OF_SCOPE = [{ input: "sing", output: null }];
const contract: Contract = {
  input: { type: "text", maxLength: 100 },
  output: {
    intent: { type: "enum", values: ["ask", "cancel"] },
    order: { type: "span" },
    parts: { type: "spans", labels: ["name", "date"] },
    urgent: { type: "boolean" },
  },
};

/** One token a word. */
function encode(text: string): { ids: number[]; offsets: Range[]; truncated: boolean } {
  const offsets = [...text.matchAll(/\S+/g)].map((match): Range => [match.index, match.index + match[0].length]);
  return { ids: offsets.map((_, token) => token + 7), offsets, truncated: false };
}

const answer = (output: Partial<Record<string, unknown>>): Output =>
  ({ intent: "ask", order: null, parts: [], urgent: false, ...output }) as Output;
const row = (input: string, output: Output | null, votes = [{ output, count: 1 }]) => ({
  id: input,
  input,
  output,
  votes,
});

test("a token that shares a character with a span is tagged, the first B and the rest I", () => {
  const offsets: Range[] = [
    [0, 2],
    [2, 5],
    [5, 5],
    [6, 9],
  ];
  assert.deepEqual(tagSpans(offsets, [{ start: 1, end: 5, text: "", kind: 1 }]), { tags: [3, 4, 0, 0], lost: 0 });
});

test("a span that no token reaches is counted as lost", () => {
  assert.deepEqual(tagSpans([[0, 2]], [{ start: 5, end: 7, text: "", kind: 0 }]), { tags: [0], lost: 1 });
});

test("of two spans on one token the earlier keeps it", () => {
  const spans = [
    { start: 0, end: 2, text: "", kind: 0 },
    { start: 2, end: 6, text: "", kind: 1 },
  ];
  assert.deepEqual(
    tagSpans(
      [
        [0, 3],
        [3, 6],
      ],
      spans,
    ).tags,
    [1, 3],
  );
});

test("there is a head a field, and one for scope only where some rows are out of scope", () => {
  const shapes = headsOf(contract, OUT_OF_SCOPE).map(({ name, on, classes }) => [name, on, classes]);
  assert.deepEqual(shapes, [
    ["intent", "pooled", 2],
    ["order", "tokens", 3],
    ["parts", "tokens", 5],
    ["urgent", "pooled", 2],
    [SCOPE, "pooled", 2],
  ]);
  assert.equal(headsOf(contract, []).length, 4);
});

test("a row of each kind of field teaches classes and tags", () => {
  const input = "cancel 12 34 for Ann now";
  const output = answer({
    intent: "cancel",
    order: { start: 7, end: 12, text: "12 34" },
    parts: [{ start: 17, end: 20, text: "Ann", label: "name" }],
    urgent: true,
  });
  const [lesson] = lessonsOf([row(input, output)], headsOf(contract, OUT_OF_SCOPE), encode);
  assert.ok(lesson);
  assert.deepEqual([...(lesson.targets["intent"]?.data ?? [])], [0, 1]);
  assert.deepEqual([...(lesson.targets["urgent"]?.data ?? [])], [0, 1]);
  assert.deepEqual([...(lesson.targets[SCOPE]?.data ?? [])], [1, 0]);
  assert.deepEqual(tagsOf(lesson.targets["order"]?.data, 3), [0, 1, 2, 0, 0, 0]);
  assert.deepEqual(tagsOf(lesson.targets["parts"]?.data, 5), [0, 0, 0, 0, 1, 0]);
});

test("a row to abstain on teaches the scope head alone", () => {
  const [lesson] = lessonsOf([row("sing a song", null)], headsOf(contract, OUT_OF_SCOPE), encode);
  const weights = Object.entries(lesson?.targets ?? {}).map(([name, { weight }]) => [name, weight]);
  assert.deepEqual(weights, [
    ["intent", 0],
    ["order", 0],
    ["parts", 0],
    ["urgent", 0],
    [SCOPE, 1],
  ]);
});

test("votes become soft targets, and votes to abstain lower the weight of the fields", () => {
  const votes = [
    { output: answer({ intent: "ask" }), count: 2 },
    { output: answer({ intent: "cancel" }), count: 1 },
    { output: null, count: 1 },
  ];
  const [lesson] = lessonsOf(
    [row("stop it", votes[0]?.output ?? null, votes)],
    headsOf(contract, OUT_OF_SCOPE),
    encode,
  );
  assert.deepEqual([...(lesson?.targets["intent"]?.data ?? [])], [Math.fround(2 / 3), Math.fround(1 / 3)]);
  assert.equal(lesson?.targets["intent"]?.weight, 0.75);
  assert.deepEqual([...(lesson?.targets[SCOPE]?.data ?? [])], [0.75, 0.25]);
});

test("folds hold like shares of every label, whatever the order of the rows", () => {
  const rows = Array.from({ length: 90 }, (_, index) => ({
    output: index % 10 === 0 ? null : answer({ intent: index % 3 === 0 ? "ask" : "cancel" }),
  }));
  const folds = dealFolds(rows, 3, createRng("folds"));
  for (const wanted of [null, "ask", "cancel"]) {
    const counts = [0, 1, 2].map(
      (fold) =>
        rows.filter(({ output }, index) => folds[index] === fold && (output?.["intent"] ?? null) === wanted).length,
    );
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `${wanted}: ${counts.join(" ")}`);
  }
  assert.deepEqual(folds, dealFolds(rows, 3, createRng("folds")));
});

function tagsOf(data: Float32Array | undefined, classes: number): number[] {
  const values = [...(data ?? [])];
  return Array.from({ length: values.length / classes }, (_, token) =>
    values.slice(token * classes, (token + 1) * classes).indexOf(1),
  );
}
