// This file shows the checks a task can put to every answer, and what they refuse.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Contract, Output } from "@kolm/format";
import { teach, TeacherOptions } from "@kolm/teach";
import { checker } from "../../plugins/teach/src/vote/check.ts";
import { fakeContext, rowsOf } from "./fake-context.ts";

const contract: Contract = {
  input: { type: "text", maxLength: 200 },
  output: {
    intent: { type: "enum", values: ["refund", "greeting"] },
    urgent: { type: "boolean" },
    order: { type: "span" },
    people: { type: "spans", labels: ["name", "place"] },
  },
};
const span = (text: string) => ({ start: 0, end: text.length, text });
const answer = (parts: Partial<Output>): Output =>
  ({ intent: "refund", urgent: false, order: null, people: [], ...parts }) as Output;
const checksOf = (checks: unknown) => {
  const { checks: parsed = [] } = TeacherOptions.parse({ provider: "labels", checks });
  return checker(parsed, contract);
};
const accepts = (check: unknown, parts: Partial<Output>): boolean => checksOf([check])(answer(parts)) === undefined;

describe("checks", () => {
  it("hold a span to a pattern, and let an absent one pass", () => {
    const check = { field: "order", matches: "^[0-9]{5}$" };
    assert.ok(accepts(check, { order: span("10482") }));
    assert.ok(accepts(check, { order: null }));
    assert.ok(!accepts(check, { order: span("104825") }));
  });

  it("hold every span of a label to a pattern", () => {
    const check = { field: "people", label: "name", matches: "^[A-Z]" };
    const people = (...spans: [string, string][]) => ({
      people: spans.map(([label, text]) => ({ ...span(text), label })),
    });
    assert.ok(accepts(check, people(["name", "Ann"], ["place", "york"])));
    assert.ok(!accepts(check, people(["name", "Ann"], ["name", "bob"])));
  });

  it("say that one field implies another, and what never stands together", () => {
    const implied = { when: { intent: "refund", order: { present: true } }, must: { urgent: true } };
    assert.ok(!accepts(implied, { order: span("1") }));
    assert.ok(accepts(implied, { order: span("1"), urgent: true }));
    assert.ok(accepts(implied, {}));
    const never = { never: { intent: ["greeting"], people: { has: "place" } } };
    const place = [{ ...span("York"), label: "place" }];
    assert.ok(!accepts(never, { intent: "greeting", people: place }));
    assert.ok(accepts(never, { people: place }));
    assert.ok(accepts({ when: { intent: "greeting" }, must: { order: null } }, { order: span("x") }));
    assert.ok(!accepts({ when: { order: { matches: "^x" } }, must: { intent: "greeting" } }, { order: span("xy") }));
  });

  it("let an abstention pass", () => {
    assert.equal(checksOf([{ never: { urgent: false } }])(null), undefined);
  });

  it("are refused when they name what the task does not have", () => {
    const cases: [unknown, RegExp][] = [
      [{ field: "ordr", matches: "x" }, /the field "ordr"/],
      [{ field: "urgent", matches: "x" }, /true or false/],
      [{ never: { intent: "return" } }, /the value "return"/],
      [{ never: { urgent: "yes" } }, /of type boolean/],
      [{ never: { intent: null } }, /null for a field of type enum/],
      [{ never: { people: { has: "animal" } } }, /the label "animal"/],
      [{ never: { intent: { present: true } } }, /a enum is present|enum is present/],
    ];
    for (const [check, message] of cases) assert.throws(() => checksOf([check]), { code: "TEACHER_CHECK", message });
    assert.throws(() => checksOf([{ field: "order", matches: "(" }]), /RE2/);
    assert.throws(() => checksOf([{ never: {} }]), /at least one field/);
  });

  it("take the vote from answers that break them, and list an input without a usable one", async () => {
    const { context, written } = await fakeContext({
      options: {
        provider: "recorded",
        file: "t.jsonl",
        column: ["a", "b", "c"],
        baseline: "none",
        checks: [{ when: { mood: "bad" }, must: { word: { present: true } } }],
      },
      examples: [{ input: "meh day", output: { mood: "good", word: null } }],
      unlabelled: ["grim"],
      recorded: {
        "t.jsonl": [
          {
            input: "meh day",
            a: { mood: "bad", word: null },
            b: { mood: "bad", word: null },
            c: { mood: "good", word: null },
          },
          {
            input: "grim",
            a: { mood: "bad", word: null },
            b: { mood: "bad", word: null },
            c: { mood: "bad", word: null },
          },
        ]
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(""),
      },
    });
    await teach.run(context);
    const [first, second] = rowsOf(written, "answers.jsonl");
    assert.deepEqual(first?.["output"], { mood: "good", word: null });
    assert.deepEqual(first?.["votes"], [{ output: { mood: "good", word: null }, count: 1 }]);
    assert.equal(second?.["output"], null);
    assert.match(String(second?.["note"]), /breaks teacher\.checks\[0\]/);
    const review = rowsOf(written, "review.jsonl");
    assert.deepEqual(
      review.map(({ input, why }) => [input, why]),
      [["grim", "checks"]],
    );
  });

  it("list people's own labels that break them", async () => {
    const { context, written } = await fakeContext({
      options: { provider: "labels", checks: [{ never: { mood: "bad" } }] },
      examples: [
        { input: "fine", output: { mood: "good", word: null } },
        { input: "sad", output: { mood: "bad", word: null } },
        { input: "awful", output: { mood: "bad", word: null }, reviewed: true },
      ],
    });
    await teach.run(context);
    assert.equal(rowsOf(written, "answers.jsonl").length, 3);
    assert.deepEqual(
      rowsOf(written, "review.jsonl").map(({ input }) => input),
      ["sad"],
    );
  });
});
