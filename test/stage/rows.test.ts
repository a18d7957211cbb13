// This file tests that rows are read against the contract, and that each kind of bad row is named with its line and the fix.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Contract, KolmError } from "@kolm/format";
import { normalise, parseRows } from "@kolm/stage";

const contract: Contract = {
  input: { type: "text", maxLength: 100 },
  output: {
    intent: { type: "enum", values: ["refund", "status"] },
    urgent: { type: "boolean" },
    order: { type: "span" },
    people: { type: "spans", labels: ["name", "place"] },
  },
};
const output = { intent: "refund", urgent: false, order: null, people: [] };
const line = (row: unknown): string => `${JSON.stringify(row)}\n`;

function failure(text: string): KolmError {
  try {
    parseRows(text, "rows.jsonl", contract);
  } catch (error) {
    assert.ok(error instanceof KolmError);
    return error;
  }
  return assert.fail("expected the rows to be refused");
}

test("spans get their offsets, in order of occurrence", () => {
  const input = "Ann met Ann in York about 10482.";
  const people = [
    { label: "name", text: "Ann" },
    { label: "name", text: "Ann" },
    { label: "place", text: "York" },
  ];
  const [row] = parseRows(line({ input, output: { ...output, order: "10482", people } }), "rows.jsonl", contract);
  assert.deepEqual(row?.output?.["order"], { start: 26, end: 31, text: "10482" });
  assert.deepEqual(row?.output?.["people"], [
    { start: 0, end: 3, text: "Ann", label: "name" },
    { start: 8, end: 11, text: "Ann", label: "name" },
    { start: 15, end: 19, text: "York", label: "place" },
  ]);
});

test("a span may say where it starts when its text stands twice", () => {
  const [row] = parseRows(
    line({ input: "10482 or 10482", output: { ...output, order: { text: "10482", start: 9 } } }),
    "rows.jsonl",
    contract,
  );
  assert.deepEqual(row?.output?.["order"], { start: 9, end: 14, text: "10482" });
});

test("output null stands for abstaining", () => {
  assert.equal(parseRows(line({ input: "hello", output: null }), "rows.jsonl", contract)[0]?.output, null);
});

const BAD: readonly (readonly [name: string, text: string, code: string, pattern: RegExp])[] = [
  ["an empty file", "\n\n", "ROWS_EMPTY", /no rows/],
  ["a line that is no JSON", '{"input": "a",}\n', "ROW_INVALID", /not one JSON object/],
  ["a list", "[1]\n", "ROW_INVALID", /expected an object/],
  ["an unknown key", line({ input: "a", output, label: 1 }), "ROW_INVALID", /unknown key "label"/],
  ["no input", line({ output }), "ROW_INVALID", /"input" must be text/],
  ["no output", line({ input: "a" }), "ROW_INVALID", /"output" is missing/],
  ["a missing field", line({ input: "a", output: { intent: "refund" } }), "ROW_INVALID", /lacks the field/],
  ["an unknown field", line({ input: "a", output: { ...output, intend: 1 } }), "ROW_INVALID", /unknown field "intend"/],
  [
    "a label not in the enum",
    line({ input: "a", output: { ...output, intent: "refnd" } }),
    "ROW_INVALID",
    /"refnd", which is not one/,
  ],
  [
    "a boolean in words",
    line({ input: "a", output: { ...output, urgent: "yes" } }),
    "ROW_INVALID",
    /must be true or false/,
  ],
  [
    "a span that is not in the input",
    line({ input: "a", output: { ...output, order: "b" } }),
    "ROW_INVALID",
    /does not stand in the input/,
  ],
  [
    "a wrong span label",
    line({ input: "a", output: { ...output, people: [{ label: "x", text: "a" }] } }),
    "ROW_INVALID",
    /not one of its labels/,
  ],
  ["an input too long", line({ input: "a".repeat(101), output }), "ROW_INVALID", /101 characters/],
  [
    "the same input twice",
    line({ input: "Where is it?", output }) + line({ input: "where is it", output }),
    "ROW_DUPLICATE",
    /line 1 already/,
  ],
];

for (const [name, text, code, pattern] of BAD) {
  test(`${name} is refused with its line`, () => {
    const error = failure(text);
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    assert.equal(error.place?.file, "rows.jsonl");
    assert.equal(error.place?.line, code === "ROW_DUPLICATE" ? 2 : 1);
  });
}

test("a near label is suggested", () => {
  assert.equal(failure(line({ input: "a", output: { ...output, intent: "refnd" } })).hint, 'Did you mean "refund"?');
});

test("case, spaces, punctuation and compatibility forms do not make inputs different", () => {
  assert.equal(normalise("Where’s  my ORDER ①?"), normalise("where s my order 1"));
  assert.notEqual(normalise("no order"), normalise("order"));
  assert.equal(normalise("?!"), "?!");
});

test("where a text is computed from the input, only equal inputs are duplicates", () => {
  const computed: Contract = { ...contract, output: { code: { type: "text" } } };
  const rows = ["a-b", "a b", "A-b"].map((input) => line({ input, output: { code: "x" } }));
  assert.equal(parseRows(rows.join(""), "rows.jsonl", computed).length, 3);
  assert.throws(
    () => parseRows(rows.join("") + line({ input: "a-b", output: { code: "x" } }), "rows.jsonl", computed),
    {
      code: "ROW_DUPLICATE",
    },
  );
});
