// This file shows which new inputs a teacher is asked to write, what is kept of them, and that they are labelled and paid for like any others.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@kolm/store";
import { planTeaching, recordCassette, teach } from "@kolm/teach";
import { sieve } from "../../plugins/teach/src/write/sieve.ts";
import { fakeContext, jsonOf, row, rowsOf } from "./fake-context.ts";
import { json } from "./server/loopback.ts";
import { completion, type OpenAIServer, startOpenAI } from "./server/openai.ts";
import type { Asked } from "./server/provider.ts";

const examples = [
  row("the sun is out today"),
  row("what a dreadful queue", "bad"),
  { input: "what is 2 + 2", output: null },
];
const evals = [row("held out for good measure")];
const options = (baseURL: string, write: object, more: object = {}) => ({
  provider: "openai",
  model: "m",
  baseURL,
  price: { input: 1, output: 2 },
  concurrency: 1,
  maxRetries: 0,
  write,
  ...more,
});

type Wanted = { readonly system: string; readonly schema: Record<string, unknown> };
const wantedOf = ({ body }: Asked): Wanted | undefined => {
  const [first] = body["messages"] as { content: string }[];
  const format = body["response_format"] as {
    json_schema: { schema: { properties: Record<string, Record<string, unknown>> } };
  };
  const schema = format.json_schema.schema.properties["inputs"];
  return schema === undefined ? undefined : { system: first?.content ?? "", schema };
};

/** A server that writes these texts, one list a request, and answers everything else. */
function writer(lists: (asked: Asked, nth: number) => unknown): Promise<OpenAIServer> {
  let nth = 0;
  return startOpenAI({
    fault: (asked, response) => {
      if (wantedOf(asked) === undefined) return false;
      json(response, 200, completion("/v1/chat/completions", lists(asked, nth++)));
      return true;
    },
  });
}
const list = (...texts: string[]) => ({ inputs: texts.map((text) => ({ text })) });

describe("written inputs", () => {
  it("are asked for by kind, with the seeds as delimited data, from examples in scope", async () => {
    await using server = await writer((_, nth) => list(`entirely new input number ${nth}`));
    const write = {
      paraphrases: 2,
      hardNegatives: 12,
      outOfScope: 3,
      personas: ["a hurried nurse"],
      perPersona: 4,
      noise: true,
    };
    const { context, written } = await fakeContext({ options: options(server.baseURL, write), examples, evals });
    await teach.run(context);
    const asked = server.till.calls.filter((one) => wantedOf(one) !== undefined);
    const systems = asked.map((one) => wantedOf(one)?.system ?? "");
    const counts = (word: RegExp): number => systems.filter((system) => word.test(system)).length;
    assert.deepEqual(
      [/mean the same/, /another right answer/, /abstain/, /a hurried nurse/, /in haste/].map(counts),
      [2, 2, 1, 1, 2],
    );
    assert.match(systems.find((system) => /another right answer/.test(system)) ?? "", /Write 10 new/);
    for (const one of asked) {
      const [, user] = one.body["messages"] as { content: string }[];
      assert.match(user?.content ?? "", /^<input [0-9a-f]{24}>\n[^]*\n<\/input [0-9a-f]{24}>$/);
      assert.ok(!one.input.includes("2 + 2") && !one.input.includes("held out"));
      assert.equal(one.body["tools"], undefined);
    }
    const rows = rowsOf(written, "written.jsonl");
    assert.equal(rows.length, 8);
    assert.deepEqual(
      rows.map(({ kind, dropped = "kept" }) => `${String(kind)} ${String(dropped)}`),
      [
        "paraphrase kept",
        "paraphrase near",
        "hardNegative near",
        "hardNegative near",
        "outOfScope near",
        "persona near",
        "noise kept",
        "noise kept",
      ],
    );
  });

  it("are kept when new, labelled by the same teacher, and stand in ledger, plan and cassette", async () => {
    await using server = await writer((_, nth) =>
      nth === 0 ? list("sunshine at last, wonderful") : list("this line of people will never end"),
    );
    const store = memoryStore();
    const spec = { options: options(server.baseURL, { paraphrases: 1 }, { k: 2 }), examples, evals, store };
    const { context, written } = await fakeContext(spec);
    const plan = await planTeaching(context);
    assert.deepEqual([plan.parts.write.calls, plan.parts.label.calls, plan.unwritten], [2, 4, 4]);
    await teach.run(context);
    const answers = rowsOf(written, "answers.jsonl");
    assert.deepEqual(
      new Set(answers.slice(3).map(({ input, origin }) => `${String(origin)}: ${String(input)}`)),
      new Set(["teacher: sunshine at last, wonderful", "teacher: this line of people will never end"]),
    );
    assert.equal(jsonOf(written, "ledger.json")["calls"], 10);
    assert.equal(server.till.calls.length, 10);
    const after = await planTeaching(context);
    assert.deepEqual([after.parts.write.known, after.parts.label.known, after.unwritten], [2, 8, 0]);
    const again = await fakeContext(spec);
    await teach.run(again.context);
    assert.equal(server.till.calls.length, 10);
    assert.deepEqual(again.written, written);
    const { text } = await recordCassette(context);
    const replay = await fakeContext({
      ...spec,
      store: memoryStore(),
      secrets: { KOLM_OFFLINE: "1" },
      recorded: { "teacher.cassette.jsonl": text },
    });
    await teach.run(replay.context);
    assert.deepEqual(replay.written.get("answers.jsonl"), written.get("answers.jsonl"));
  });

  it("that are known, nearly known, held out, empty or too long are left out, and it is said why", async () => {
    const texts = [
      "The SUN is out, today!",
      "the sun is out today 1",
      "held out for good measure",
      " ",
      "x".repeat(1001),
      "quite another matter altogether",
      "quite another matter altogether.",
    ];
    await using server = await writer(() => list(...texts));
    const { context, written } = await fakeContext({
      options: options(server.baseURL, { hardNegatives: 7 }),
      examples,
      unlabelled: ["some log line"],
      evals,
    });
    await teach.run(context);
    assert.deepEqual(
      rowsOf(written, "written.jsonl").map(({ dropped = "kept" }) => dropped),
      ["duplicate", "near", "leak", "empty", "tooLong", "kept", "duplicate"],
    );
    const taught = rowsOf(written, "answers.jsonl").map(({ input }) => input);
    assert.deepEqual(taught, [
      ...examples.map(({ input }) => input),
      "some log line",
      "quite another matter altogether",
    ]);
  });

  it("may be near their seeds when they are slips of typing", () => {
    const rules = { isHeldOut: () => false, maxLength: 100 };
    const known = ["where is my parcel with the blue ribbon"];
    assert.equal(sieve(known, rules)("where is my parcel wth the blue ribbon", false), "near");
    assert.equal(sieve(known, rules)("where is my parcel wth the blue ribbon", true), undefined);
    assert.equal(sieve(known, rules)("Where is my parcel, with the blue ribbon?", true), "duplicate");
  });

  it("keep their reasons beside, never in what is learnt, and are asked for reasons only when wanted", async () => {
    const reasons = { inputs: [{ text: "a wholly fresh thought", why: "because it is rare" }] };
    await using server = await writer(() => reasons);
    const { context, written } = await fakeContext({
      options: options(server.baseURL, { outOfScope: 1, rationales: true }),
      examples,
    });
    await teach.run(context);
    assert.equal(rowsOf(written, "written.jsonl")[0]?.["why"], "because it is rare");
    assert.ok(!new TextDecoder().decode(written.get("answers.jsonl")).includes("rare"));
    const schema = JSON.stringify(wantedOf(server.till.calls[0] as Asked)?.schema);
    assert.match(schema, /"why"/);
    await using other = await writer(() => list("one more fresh thought"));
    const plain = await fakeContext({ options: options(other.baseURL, { outOfScope: 1 }), examples });
    await teach.run(plain.context);
    assert.doesNotMatch(JSON.stringify(wantedOf(other.till.calls[0] as Asked)?.schema), /"why"/);
  });

  it("are none when what comes back is no list", async () => {
    await using server = await writer(() => ({ texts: ["no"] }));
    const { context, written } = await fakeContext({ options: options(server.baseURL, { outOfScope: 2 }), examples });
    await teach.run(context);
    assert.deepEqual(rowsOf(written, "written.jsonl"), []);
    assert.equal(rowsOf(written, "answers.jsonl").length, 3);
  });
});
