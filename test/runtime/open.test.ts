// This file checks artifacts opened as a whole: lazily, verified, with no socket, from memory and from a sealed file.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { KolmError, memoryContent, packArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { createEncoder, createRuntime, createTokenizer, LAYER, packKeywords, packVectors } from "@kolm/runtime";
import { createSession, openFile } from "@kolm/runtime/node";
import { seedSigner } from "../format/sample.ts";
import { payloadBytes, payloadOf } from "./recall-sample.ts";
import { openBase, readerOf, smallLayers, utf8 } from "./small-artifact.ts";

const connect = Socket.prototype.connect;
let folder: string;
let layers: Map<string, Uint8Array>;

before(async () => {
  // Any connection, whoever asks for it, fails the test.
  Socket.prototype.connect = () => assert.fail("a socket was opened");
  folder = mkdtempSync(join(tmpdir(), "kolm-open-"));
  layers = await smallLayers();
});
after(() => {
  Socket.prototype.connect = connect;
  rmSync(folder, { recursive: true });
});

const ports = { createSession };
const withoutRecipes = new Set<string>([LAYER.recipes]);

async function recallLayers(texts: readonly string[]): Promise<[string, Uint8Array][]> {
  const { file, model, tokenizer } = await openBase();
  const encoder = await createEncoder({
    model,
    tokenizer: createTokenizer(JSON.parse(new TextDecoder().decode(tokenizer)), file),
    names: file.encoder,
    createSession,
  });
  const vectors = await encoder.encode(texts);
  await encoder.close();
  const query = { model: LAYER.encoder, tokenizer: LAYER.tokenizer, names: file.encoder, maxTokens: 128 };
  const index = {
    version: 2,
    count: texts.length,
    topK: 2,
    payloads: "payloads.jsonl",
    ship: "full",
    spaces: [
      {
        name: "text",
        dims: 512,
        count: texts.length,
        metric: "cosine",
        rows: null,
        vectors: { file: "text.vectors.bin", type: "f32" },
        graph: null,
        queries: { text: "text" },
      },
    ],
    encoders: { text: { modality: "text", ...query } },
    keywords: { file: "keywords.bin", language: "en", k1: "1.2", b: "0.75" },
    fuse: { constant: 60, weights: {} },
    diversity: null,
  };
  const payloads = texts.map((text, row) => payloadOf(row, { source: "help.md", title: "Help", text }));
  return [
    [LAYER.recall, utf8(index)],
    ["layers/recall/text.vectors.bin", packVectors(vectors, "f32")],
    ["layers/recall/keywords.bin", packKeywords(texts, "en")],
    ["layers/recall/payloads.jsonl", payloadBytes(payloads)],
  ];
}

test("recipes answer without the model being read; the student is opened once when a field is left open", async () => {
  const reader = readerOf(layers);
  const runtime = await createRuntime(reader, ports);
  assert.deepEqual(runtime.paths, ["recipes", "student"]);
  assert.ok(!reader.asked.includes(LAYER.encoder));
  const first = await runtime.answer("Where is #10482? I need it right now.");
  assert.equal(first.path, "mixed");
  assert.deepEqual(first.fields["order"], {
    value: { start: 9, end: 15, text: "#10482" },
    confidence: 1,
    path: "recipe",
  });
  assert.deepEqual(first.fields["urgent"], { value: true, confidence: 1, path: "recipe" });
  assert.ok(first.work.macs > 0 && first.work.recipeSteps > 0);
  await runtime.answer("another");
  assert.equal(reader.asked.filter((path) => path === LAYER.encoder).length, 1);
  await runtime.close();
});

test("the same input gives the same answer again, and in another runtime", async () => {
  const [one, other] = [await createRuntime(readerOf(layers), ports), await createRuntime(readerOf(layers), ports)];
  const answer = await one.answer("please cancel");
  assert.deepEqual(await one.answer("please cancel"), answer);
  assert.deepEqual(await other.answer("please cancel"), answer);
  await one.close();
  await other.close();
});

test("paths can be left out, to see what each one earns", async () => {
  const recipes = await createRuntime(readerOf(layers), ports, { use: ["recipes"] });
  const answer = await recipes.answer("refund #10482 right now");
  assert.deepEqual([recipes.paths, answer.abstained, answer.work.macs], [["recipes"], true, 0]);
  const student = await createRuntime(readerOf(layers), ports, { use: ["student"] });
  assert.equal((await student.answer("refund #10482 right now")).path, "student");
  await student.close();
});

test("passages of the corpus stand beside the answer, nearest first", async () => {
  const texts = [
    "How to return a parcel and get your money back.",
    "Our opening hours in December.",
    "Tracking a delivery with its order number.",
  ];
  const runtime = await createRuntime(readerOf(new Map([...layers, ...(await recallLayers(texts))])), ports);
  const { recall, work } = await runtime.answer("How can I send this back for a refund?");
  assert.deepEqual([recall?.length, recall?.[0]?.text, work.probes], [2, texts[0], 3]);
  assert.equal((await runtime.recall("When are you open?", { k: 1 }))[0]?.text, texts[1]);
  const [byWords] = await runtime.recall({ text: "december" }, { spaces: ["keywords"] });
  assert.deepEqual([byWords?.text, Object.keys(byWords?.ranks ?? {})], [texts[1], ["keywords"]]);
  await assert.rejects(runtime.recall({ audio: new Float32Array(9) }), { code: "RECALL_QUERY", hint: /takes: text/ });
  await runtime.close();
});

test("a layer that is missing or malformed is named", async () => {
  const refuses = async (changes: [string, Uint8Array | undefined][], code: string, words: RegExp): Promise<void> => {
    const changed = new Map(layers);
    for (const [path, bytes] of changes) {
      if (bytes) changed.set(path, bytes);
      else changed.delete(path);
    }
    const run = async (): Promise<unknown> => (await createRuntime(readerOf(changed), ports)).answer("hello");
    await assert.rejects(
      run,
      (error) => error instanceof KolmError && error.code === code && words.test(error.message),
    );
  };
  await refuses([[LAYER.contract, undefined]], "LAYER_MISSING", /contract\.json/);
  await refuses([[LAYER.heads, undefined]], "LAYER_MISSING", /heads\.safetensors/);
  await refuses([[LAYER.student, utf8("{")]], "LAYER_MALFORMED", /student\.json is not JSON/);
  await refuses([[LAYER.student, utf8({})]], "LAYER_MALFORMED", /student\.json does not fit at encoder/);
  await refuses([[LAYER.contract, Uint8Array.of(0xff)]], "LAYER_MALFORMED", /not UTF-8/);
});

async function sealedFile(name: string, change: (file: Buffer) => void = () => {}): Promise<string> {
  const kinds = { model: "model", adapter: "adapter", recipes: "recipes", verifier: "verifier" } as const;
  const sources = [...layers].map(([path, bytes]) => ({
    path,
    kind: kinds[path.split("/")[1] as keyof typeof kinds],
    mediaType: "application/octet-stream",
    content: memoryContent(bytes),
  }));
  const packed = await packArtifact({
    facts: { name: "triage", version: "1.0.0", kscore: { k: "0.8" }, gate: { k: "0.7" } },
    layers: sources,
    signer: seedSigner(),
    crypto: nodeCrypto,
  });
  const parts: Uint8Array[] = [];
  for await (const part of packed.stream()) parts.push(part);
  const file = Buffer.concat(parts);
  change(file);
  writeFileSync(join(folder, name), file);
  return join(folder, name);
}

test("a sealed file is verified whole and answers as its draft did", async () => {
  const opened = await openFile(await sealedFile("triage.kolm"), { trustedKeys: [seedSigner().spki] });
  const draft = await createRuntime(readerOf(layers), ports);
  assert.equal(opened.verdict?.signer.standing, "trusted");
  assert.deepEqual(await opened.answer("where is my parcel"), await draft.answer("where is my parcel"));
  await draft.close();
  await opened.close();
});

test("one altered byte of a weight keeps the file from answering, unless asked to look all the same", async () => {
  const path = await sealedFile("altered.kolm", (file) =>
    file.writeUInt8(file.readUInt8(file.length >> 1) ^ 1, file.length >> 1),
  );
  await assert.rejects(
    openFile(path),
    (error) => error instanceof KolmError && error.code.startsWith("E_") && error.place?.file === path,
  );
  const insecure = await openFile(path, { insecure: true });
  assert.equal(insecure.verdict, undefined);
  assert.equal(typeof (await insecure.answer("where is my parcel")).confidence, "number");
  await insecure.close();
  await assert.rejects(
    openFile(join(folder, "none.kolm")),
    (error) => error instanceof KolmError && error.code === "FILE_UNREADABLE",
  );
});

test("without recipes every field is the student's", async () => {
  const runtime = await createRuntime(
    readerOf(new Map([...layers].filter(([path]) => !withoutRecipes.has(path)))),
    ports,
  );
  assert.deepEqual([runtime.paths, (await runtime.answer("hello")).path], [["student"], "student"]);
  await runtime.close();
});
