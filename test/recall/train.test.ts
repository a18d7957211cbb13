// This file shows the text encoder being tuned on examples that name their passage: what it learns, ships, and when it is left alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recall } from "@kolm/recall";
import { RecallIndex } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { memoryStore } from "@kolm/store";
import { openQueryEncoder } from "../../tools/runtime/src/recall/query/encoders.ts";
import { defaultBase } from "./base.ts";
import { fakeContext, linesOf } from "./fake-context.ts";

const store = memoryStore();
const base = await defaultBase(store);

/** Nicknames that a house has for its subjects: no encoder can know them. */
const SUBJECTS = [
  ["bluebird", "holidays", "Every employee has thirty days of annual leave a year."],
  ["granite", "invoices", "Suppliers are paid within fourteen days of their bill."],
  ["teapot", "parking", "Cars are left in the garage behind the warehouse."],
  ["walnut", "laptops", "Broken computers are exchanged by the service desk."],
  ["comet", "canteen", "Lunch is served from noon until two on the ground floor."],
  ["harbour", "fire drill", "When the alarm rings, leave by the stairs and meet outside."],
] as const;
const corpus = Object.fromEntries(SUBJECTS.map(([, name, text]) => [`corpus/${name}.md`, `# ${name}\n\n${text}`]));
const ASKED = ["What about X?", "Tell me of X", "X please", "Who knows X?", "I need X", "Where is X?", "X again"];
const wanted = SUBJECTS.flatMap(([nickname, name]) =>
  ASKED.map((asked) => ({ input: asked.replace("X", nickname), sources: [`corpus/${name}.md`] })),
);
const options = { ship: "full", tune: { steps: 9, rank: 4, threads: 1 } };

async function built(tune: object, rows: readonly unknown[] = wanted): Promise<Map<string, Uint8Array>> {
  const given = { ...options, tune: { ...options.tune, ...tune } };
  const { context, written } = await fakeContext({ options: given, corpus, base, store, wanted: rows });
  await recall.run(context);
  return written;
}

const indexOf = (written: ReadonlyMap<string, Uint8Array>): RecallIndex => {
  const [index] = linesOf(written, "index.json");
  return RecallIndex.parse(index);
};

const first = await built({});

test("held-out examples are ranked better, and the adapter ships in PEFT's form", () => {
  const [record] = linesOf(first, "tuning.json");
  const { used, base: before, looks } = record as { used: boolean; base: string; looks: { score: string }[] };
  assert.equal(used, true);
  const best = Math.max(...looks.map(({ score }) => Number(score)));
  assert.ok(best > Number(before) + 0.2, `${best} after, ${before} before`);
  const [config] = linesOf(first, "adapter_config.json");
  assert.deepEqual([config?.["peft_type"], config?.["r"], config?.["lora_alpha"]], ["LORA", 4, 8]);
  const text = indexOf(first).encoders["text"];
  assert.ok(text?.modality === "text");
  assert.deepEqual([text.adapter?.rank, text.adapter?.weights], [4, "layers/recall/adapter_model.safetensors"]);
});

test("the runtime merges the adapter, so that a query is embedded as the passages were", async () => {
  const file = indexOf(first).encoders["text"];
  const [pointers] = linesOf(first, "adapter.json");
  const { adapter } = pointers as { adapter: { sha256: string } };
  assert.ok(file?.modality === "text");
  const layers: Readonly<Record<string, string>> = {
    "layers/model/encoder.onnx": base.model.sha256,
    "layers/model/tokenizer.json": base.tokenizer.sha256,
    "layers/recall/adapter_model.safetensors": adapter.sha256,
  };
  const layer = async (path: string) => store.blobs.get(layers[path] ?? path);
  const embed = async (given: typeof file): Promise<Float32Array> => {
    const encoder = await openQueryEncoder(given, { layer, createSession, threads: 1 });
    const { vector } = await encoder.embed({ text: `invoices\n${SUBJECTS[1][2]}` });
    await encoder.close();
    return vector;
  };
  const line = linesOf(first, "payloads.jsonl").findIndex(({ source }) => source === "corpus/invoices.md");
  const bytes = first.get("text.vectors.bin");
  assert.ok(bytes);
  const stored = new Float32Array(bytes.slice(line * 512 * 4, (line + 1) * 512 * 4).buffer);
  assert.deepEqual(await embed(file), stored);
  const { adapter: _adapter, ...plain } = file;
  assert.notDeepEqual(await embed(plain), stored);
});

test("the same examples give the same bytes with another number of threads", async () => {
  const second = await built({ threads: 3 });
  assert.deepEqual([...second.keys()].sort(), [...first.keys()].sort());
  for (const [path, bytes] of first) assert.deepEqual(second.get(path), bytes, path);
});

test("the base stays as it is where it is as good, and where too few examples are known", async () => {
  const easy = SUBJECTS.flatMap(([, name, text]) =>
    ASKED.slice(0, 4).map((_, at) => ({ input: text.slice(0, 40 + at), sources: [`corpus/${name}.md`] })),
  );
  for (const rows of [easy, wanted.slice(0, 12)]) {
    const written = await built({ steps: 2 }, rows);
    const text = indexOf(written).encoders["text"];
    assert.ok(text?.modality === "text");
    assert.equal(text.adapter, undefined);
    assert.equal(written.has("adapter.json"), false);
    assert.equal(linesOf(written, "tuning.json")[0]?.["used"], false);
  }
});
