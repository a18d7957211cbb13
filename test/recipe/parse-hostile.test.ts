// This file checks that no text makes the value operations throw, hang, or say of a part what they would not say of it alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePack, LIMITS, parseValue, Recipe, SHOWN_KINDS, showValue, spotValues, VALUE_KINDS } from "@kolm/recipe";
import fc from "fast-check";

const WORDS =
  "a an and the of in at half one two twenty hundred thousand million third fifth first percent 3 12 2024 05 05 1,234 .5 1/2 ½ - , . : / ' ( ) + $ € % ° March may Mon friday next last today ago days hour h m this tomorrow morning tonight week q1 every between before since until to than more weekend Christmas years old yo pm a.m. o'clock noon km ft lbs usd dollars ext T Z __proto__ constructor é 你 😀 \u0000 \u202e".split(
    " ",
  );
const phrase = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom("", " ", " ", "  ")), { maxLength: 24 })
  .map((parts) => parts.flat().join(""));
const SETTINGS = [
  {},
  { order: "dmy", century: 1950, region: "US", clock: 24, reference: "2024-02-29" },
  { order: "mdy", point: ",", region: "GB", reference: "nonsense" },
  { order: "mdy", century: 1940, clock: 24, reference: "2024-02-29T10:30", lean: "past" },
] as const;

test("what is spotted in a text is what its piece says alone", () => {
  fc.assert(
    fc.property(phrase, fc.constantFrom(...VALUE_KINDS), fc.constantFrom(...SETTINGS), (text, kind, settings) => {
      let last = 0;
      for (const { start, end, value } of spotValues(text, kind, settings)) {
        assert.ok(start >= last && end > start && end <= text.length);
        assert.equal(parseValue(text.slice(start, end), kind, settings), value, text.slice(start, end));
        last = end;
      }
    }),
    { numRuns: 3000 },
  );
});

/** Kinds whose canonical text is not one of the forms that are read. */
const WRITTEN_ONLY: readonly string[] = ["ordinal", "phone", "age", "range", "period", "repeat"];

test("what is read is canonical: read again, it is itself", () => {
  fc.assert(
    fc.property(phrase, fc.constantFrom(...VALUE_KINDS), fc.constantFrom(...SETTINGS), (text, kind, settings) => {
      for (const { value } of spotValues(text, kind, settings)) {
        if (value === undefined) continue;
        const again = parseValue(kind === "ordinal" ? `${value}th` : value, kind, { clock: 24 });
        if (!WRITTEN_ONLY.includes(kind)) assert.equal(again, value, text);
      }
    }),
    { numRuns: 3000 },
  );
});

test("no text makes reading or writing throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 80 }), fc.constantFrom(...SETTINGS), (text, settings) => {
      for (const kind of VALUE_KINDS) {
        assert.ok((parseValue(text, kind, settings) ?? "").length <= 256);
        assert.ok(Array.isArray(spotValues(text, kind, settings)));
      }
      for (const kind of SHOWN_KINDS) {
        for (const form of ["plain", "words", "grouped", "clock", "###", "km", "__proto__"]) {
          assert.ok((showValue(text, kind, { form }) ?? "").length <= 1024);
        }
      }
    }),
    { numRuns: 250 },
  );
});

const BOMBS = [
  "1 ",
  "one hundred ",
  "1,",
  "1/",
  "((((",
  "5 March ",
  "20 ",
  "9",
  "half and a ",
  "+1",
  "$ ",
  "a ",
  "-",
  "p1y",
];

/** Texts that make a grammar look far ahead at every word. */
const OWN_BOMBS: Readonly<Partial<Record<(typeof VALUE_KINDS)[number], readonly string[]>>> = {
  period: ["from ", "last week of "],
  repeat: ["every other monday at "],
  range: ["between ", "1-"],
  age: ["5 years "],
  datetime: ["in 5 "],
};

test("a megabyte of digits or of one word is left alone in bounded time", () => {
  const nodesOf = (kind: string): unknown[] => [
    { op: "spot", as: kind },
    { op: "pick", of: 0, at: "only" },
    { op: "slice", of: 1 },
  ];
  const recipes = VALUE_KINDS.map((kind) =>
    Recipe.parse({ id: `mega/${kind}`, field: "f", gives: "enum", nodes: nodesOf(kind) }),
  );
  const pack = compilePack(recipes);
  const started = process.cpuUsage();
  for (const bomb of ["9", "1,", "9.", "a", "one "]) {
    const text = bomb.repeat(1_000_000 / bomb.length);
    const { fields, steps } = pack.decide(text);
    assert.deepEqual([fields.size, steps], [0, 0], bomb);
    for (const kind of VALUE_KINDS) assert.equal(parseValue(text, kind), undefined, `${kind}: ${bomb}`);
  }
  for (const kind of VALUE_KINDS) assert.ok(spotValues("9".repeat(1_000_000), kind).length <= 1, kind);
  assert.ok(process.cpuUsage(started).user / 1000 < 10_000);
});

for (const kind of VALUE_KINDS) {
  test(`${kind}: an input of the full length is answered or left alone within its budget`, () => {
    const nodes = [
      { op: "input" },
      { op: "spot", as: kind },
      { op: "pick", of: 1, at: "only" },
      { op: "slice", of: 2 },
      { op: "parse", of: 3, as: kind },
      { op: "parse", of: 0, as: kind },
      { op: "concat", of: [4, 5] },
    ];
    const pack = compilePack([Recipe.parse({ id: "bomb", field: "f", gives: "enum", nodes })]);
    const started = process.cpuUsage();
    for (const bomb of [...BOMBS, ...(OWN_BOMBS[kind] ?? [])]) {
      const { fields, steps } = pack.decide(bomb.repeat(LIMITS.input / bomb.length));
      assert.equal(fields.size, 0, bomb);
      assert.ok(steps <= LIMITS.recipeSteps, `${bomb}: ${steps} steps`);
    }
    assert.ok(process.cpuUsage(started).user / 1000 < 15_000);
  });
}
