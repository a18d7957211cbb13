// This file tests students with int8 and int4 weights: what is written, what it costs, that the runtime runs those very bytes.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { distill } from "@kolm/distill";
import type { Contract } from "@kolm/format";
import { type BaseFile, createRuntime, createStudent, LAYER, StudentFile } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { memoryStore } from "@kolm/store";
import { defaultBase } from "../recall/base.ts";
import { type Answered, fakeContext, jsonOf } from "./fake-context.ts";

const contract: Contract = {
  input: { type: "text", maxLength: 200 },
  output: { mood: { type: "enum", values: ["hello", "goodbye"] }, person: { type: "span" } },
};
const TEXTS = ["Hello {}, nice to meet you", "Good morning {}", "Hi {} and welcome", "Goodbye {} and thanks", "Bye {}"];
const answers = ["Ravi", "Ingrid", "Tomas", "Wei"].flatMap((name) =>
  TEXTS.map((text, place): Answered => {
    const start = text.indexOf("{}");
    const person = { start, end: start + name.length, text: name };
    return { input: text.replace("{}", name), output: { mood: place < 3 ? "hello" : "goodbye", person } };
  }),
);
const store = memoryStore();
let base: BaseFile;

type Report = {
  readonly validation: { readonly rows: number; readonly record: number };
  readonly weights: {
    readonly rows: number;
    readonly fp32: number;
    readonly shipped: number;
    readonly agreement: number;
    readonly bytes: { readonly fp32: number; readonly shipped: number };
  };
};
type Pointers = Record<"student" | "encoder", { readonly sha256: string; readonly size: number }>;

async function train(weights: string): Promise<Map<string, Uint8Array>> {
  const options = { weights, epochs: 12, precision: 0.8, threads: 1, targets: ["ffn", "pool"] };
  const fake = fakeContext({ contract, answers, options, base, store });
  await distill.run(fake.context);
  return fake.written;
}

before(async () => {
  base = await defaultBase(store);
});

for (const [format, share] of [
  ["int8", 0.27],
  ["int4", 0.2],
] as const) {
  describe(`a student with ${format} weights`, () => {
    let written: Map<string, Uint8Array>;
    let report: Report;
    let merged: Pointers;
    before(async () => {
      written = await train(format);
      report = jsonOf(written, "training.json");
      merged = jsonOf(written, "merged.json");
    });

    it("is a fraction of its size, and so is the base for recall", () => {
      const { bytes } = report.weights;
      assert.equal(bytes.shipped, merged.student.size);
      assert.ok(bytes.shipped < share * bytes.fp32, `${bytes.shipped} of ${bytes.fp32}`);
      assert.ok(merged.encoder.size < 0.27 * base.model.size);
    });

    it("is judged and calibrated as it answers, and the report says what float32 would have scored", () => {
      const { weights, validation } = report;
      assert.deepEqual([weights.rows, validation.rows], [20, 20]);
      assert.ok(Math.abs(weights.shipped - validation.record) < 0.06, `${weights.shipped} ${validation.record}`);
      assert.ok(weights.fp32 > 0.5 && weights.agreement > 0.7 && weights.agreement <= 1, JSON.stringify(weights));
      const { weights: stated } = StudentFile.parse(jsonOf(written, "student.json"));
      assert.deepEqual([stated?.format, stated?.rows], [format, 20]);
      assert.ok(Math.abs(Number(stated?.shipped) - weights.shipped) < 1e-4);
    });

    it("runs in the runtime from its one layer, as the float32 student does nearly always", async () => {
      const layers = new Map<string, Uint8Array | undefined>([
        [LAYER.contract, new TextEncoder().encode(JSON.stringify(contract))],
        [LAYER.student, written.get("student.json")],
        [LAYER.merged, await store.blobs.get(merged.student.sha256)],
        [LAYER.tokenizer, await store.blobs.get(base.tokenizer.sha256)],
      ]);
      const opened: Uint8Array[] = [];
      const runtime = await createRuntime(
        async (path) => layers.get(path),
        {
          createSession: (model, options) => {
            opened.push(model);
            return createSession(model, options);
          },
        },
        { thresholds: { confidence: 0, scope: 0 } },
      );
      let right = 0;
      for (const { input, output } of answers)
        if ((await runtime.answer(input)).output?.["mood"] === output?.["mood"]) right++;
      await runtime.close();
      assert.ok(right >= 18, `${right} of 20`);
      assert.deepEqual(opened, [layers.get(LAYER.merged)]);
    });

    it("is the same bytes on a second run", async () => {
      const again = await train(format);
      for (const [path, bytes] of written) assert.deepEqual(again.get(path), bytes, path);
    });
  });
}

it("a merged student needs no adapter and no heads", async () => {
  const written = await train("int8");
  const { student } = jsonOf<Pointers>(written, "merged.json");
  const opened = await createStudent({
    file: StudentFile.parse(jsonOf(written, "student.json")),
    encoder: await store.blobs.get(student.sha256),
    tokenizer: JSON.parse(new TextDecoder().decode(await store.blobs.get(base.tokenizer.sha256))),
    weights: new Map(),
    createSession,
  });
  const { fields, macs } = await opened.answer("Hello Wei, nice to meet you");
  await opened.close();
  assert.deepEqual([...fields.keys()], ["mood", "person"]);
  assert.ok(macs > 1e6);
});
