// This file tests the distill stage on a small real task over the default base: what it writes, that it learns, that it repeats.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { distill } from "@kolm/distill";
import type { Contract, Output } from "@kolm/format";
import { readSafetensors } from "@kolm/onnx";
import { type BaseFile, createStudent, EvidenceFile, fromPeft, StudentFile } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { memoryStore } from "@kolm/store";
import { defaultBase } from "../recall/base.ts";
import { type Answered, fakeContext, jsonOf } from "./fake-context.ts";

const contract: Contract = {
  input: { type: "text", maxLength: 200 },
  output: { mood: { type: "enum", values: ["hello", "goodbye"] }, person: { type: "span" }, loud: { type: "boolean" } },
};

const HELLO = [
  "Hello {}, nice to meet you",
  "Good morning {}",
  "Hi {} and welcome aboard",
  "Welcome to the team, {}!",
  "Greetings {}, do come in",
  "Good evening {}, take a seat",
  "Howdy {}",
  "Pleased to see you here {}",
];
const GOODBYE = [
  "Goodbye {} and thanks for everything",
  "See you next week, {}",
  "Bye for now {}",
  "Farewell {}, old friend",
  "Take care on the way home, {}",
  "Until we meet again, {}",
  "Good night {} and safe travels",
  "Later {}, I must go",
];
const ELSE = [
  "The square root of nine is three",
  "Interest rates rose by a quarter",
  "Boil the pasta for ten minutes",
  "The printer is out of paper",
  "Photosynthesis needs light",
  "The train leaves from platform four",
];
const NAMES = ["Ravi", "Ingrid", "Tomas"];

function answersOf(): Answered[] {
  const rows = [
    ...HELLO.map((text) => ({ text, mood: "hello" })),
    ...GOODBYE.map((text) => ({ text, mood: "goodbye" })),
  ];
  const inScope = rows.map(({ text, mood }, place): Answered => {
    const name = NAMES[place % NAMES.length] ?? "";
    const start = text.indexOf("{}");
    const output: Output = { mood, person: { start, end: start + name.length, text: name }, loud: text.endsWith("!") };
    return { input: text.replace("{}", name), output };
  });
  return [...inScope, ...ELSE.map((input) => ({ input, output: null }))];
}

const store = memoryStore();
const options = { epochs: 12, precision: 0.8, threads: 1 };
let base: BaseFile;
let written: Map<string, Uint8Array>;

async function runOnce(more: object = {}): Promise<Map<string, Uint8Array>> {
  const fake = fakeContext({ contract, answers: answersOf(), options: { ...options, ...more }, base, store });
  await distill.run(fake.context);
  return fake.written;
}

describe("the distill stage", () => {
  before(async () => {
    base = await defaultBase(store);
    written = await runOnce({ evidence: "ids" });
  });

  it("writes exactly what it declares", () => {
    const declared = distill.writes.filter((path) => path !== "merged.json");
    assert.deepEqual([...written.keys()].sort(), declared.sort());
  });

  it("gives the same bytes on a second run, whatever the number of threads", async () => {
    const again = await runOnce({ threads: 2, evidence: "ids" });
    for (const [path, bytes] of written) assert.deepEqual(again.get(path), bytes, path);
  });

  it("writes a student that the runtime opens, that learnt the examples and keeps out what is none of its business", async () => {
    const file = StudentFile.parse(jsonOf(written, "student.json"));
    const pointers = jsonOf<{ adapter: { sha256: string }; heads: { sha256: string } }>(written, "adapter.json");
    const [adapter, heads] = [
      await store.blobs.get(pointers.adapter.sha256),
      await store.blobs.get(pointers.heads.sha256),
    ];
    const student = await createStudent({
      file,
      encoder: await store.blobs.get(base.model.sha256),
      tokenizer: JSON.parse(new TextDecoder().decode(await store.blobs.get(base.tokenizer.sha256))),
      weights: new Map([
        ...fromPeft(readSafetensors(adapter).weights, file.lora?.targets ?? []),
        ...readSafetensors(heads).weights,
      ]),
      createSession,
    });
    let [mood, person, scope] = [0, 0, 0];
    for (const { input, output } of answersOf()) {
      const answer = await student.answer(input);
      if (output !== null && answer.fields.get("mood")?.value === output["mood"]) mood++;
      if (output !== null && JSON.stringify(answer.fields.get("person")?.value) === JSON.stringify(output["person"]))
        person++;
      if ((answer.scope ?? 1) > 0.5 === (output !== null)) scope++;
    }
    await student.close();
    assert.ok(mood >= 15, `${mood} of 16 moods`);
    assert.ok(person >= 12, `${person} of 16 persons`);
    assert.ok(scope >= 20, `${scope} of 22 seen as in or out of scope`);
  });

  it("writes where each example stands in the student's space, without what the example says", async () => {
    const evidence = EvidenceFile.parse(jsonOf(written, "evidence.json"));
    assert.equal(evidence.ship, "ids");
    assert.deepEqual(
      evidence.rows.map(({ output }) => output),
      answersOf().map(({ output }) => (output === null ? null : { mood: output["mood"], loud: output["loud"] })),
    );
    assert.equal(written.get("evidence.bin")?.length, evidence.rows.length * (4 + evidence.dims));
    assert.ok(!(await runOnce({})).has("evidence.json"));
    const full = EvidenceFile.parse(jsonOf(await runOnce({ evidence: "full" }), "evidence.json"));
    assert.deepEqual(
      full.rows.map(({ output, text }) => ({ output, input: text })),
      answersOf().map(({ output, input }) => ({ output, input })),
    );
  });

  it("moves every adapter", async () => {
    const { adapter } = jsonOf<{ adapter: { sha256: string } }>(written, "adapter.json");
    const { weights } = readSafetensors(await store.blobs.get(adapter.sha256));
    const ups = [...weights].filter(([name]) => name.endsWith(".lora_B.weight"));
    assert.equal(2 * ups.length, weights.size);
    for (const [name, { data }] of ups)
      assert.ok(
        data.some((value) => value !== 0),
        name,
      );
  });

  it("reports loss, held-out scores by field and label, and a table of thresholds", () => {
    const report = jsonOf<Report>(written, "training.json");
    assert.deepEqual(
      report.validation.fields.map(({ field }) => field),
      ["mood", "person", "loud"],
    );
    assert.deepEqual(
      report.validation.fields[0]?.labels.map(({ label, rows }) => [label, rows]),
      [
        ["hello", 8],
        ["goodbye", 8],
      ],
    );
    assert.equal(report.validation.rows, 22);
    assert.equal(report.examples.outOfScope, 6);
    assert.ok((report.training.loss.at(-1)?.loss ?? 9) < (report.training.loss[0]?.loss ?? 0));
    assert.ok(report.table.length > 0);
  });

  it("names in adapter_config.json the modules that have an adapter", () => {
    const config = jsonOf<{ target_modules: string[]; r: number; peft_type: string }>(written, "adapter_config.json");
    assert.equal(config.peft_type, "LORA");
    assert.equal(config.r, 8);
    assert.ok(config.target_modules.includes("layer.1.attention.qkv"));
  });

  it("stops between steps when told to", async () => {
    const stop = new AbortController();
    const fake = fakeContext({ contract, answers: answersOf(), options, base, store, signal: stop.signal });
    const report = fake.context.report;
    const context = {
      ...fake.context,
      report: (progress: Parameters<typeof report>[0]) => ((progress.done ?? 0) >= 2 ? stop.abort() : undefined),
    };
    await assert.rejects(distill.run(context), { name: "AbortError" });
    assert.equal(fake.written.size, 0);
  });

  it("trains nothing when the student is not enabled, and only heads without targets", async () => {
    const off = await runOnce({ enabled: false });
    assert.deepEqual([...off.keys()], ["training.json"]);
    const bare = await runOnce({ targets: [], epochs: 1 });
    assert.equal(jsonOf<StudentFile>(bare, "student.json").lora, null);
  });

  it("refuses answers that teach nothing, and targets the base does not have", async () => {
    const none = fakeContext({ contract, answers: [{ input: "x", output: null }], options, base, store });
    await assert.rejects(distill.run(none.context), { code: "ANSWERS_EMPTY" });
    await assert.rejects(runOnce({ targets: ["nowhere"] }), { code: "LORA_TARGET" });
  });
});

type Report = {
  readonly examples: { readonly outOfScope: number };
  readonly training: { readonly loss: readonly { readonly loss: number }[] };
  readonly validation: {
    readonly rows: number;
    readonly fields: readonly {
      readonly field: string;
      readonly labels: readonly { readonly label: string; readonly rows: number }[];
    }[];
  };
  readonly table: readonly unknown[];
};
