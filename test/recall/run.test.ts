// This file shows the recall stage end to end on the embedded base: what it writes, remembers and refuses.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recall } from "@kolm/recall";
import { createEncoder, createTokenizer, openRecall, RecallIndex } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { memoryStore } from "@kolm/store";
import { loadHnswlib } from "../../plugins/recall/src/index/graph.ts";
import { run } from "../../plugins/recall/src/run.ts";
import { defaultBase } from "./base.ts";
import { fakeContext, linesOf } from "./fake-context.ts";

const store = memoryStore();
const base = await defaultBase(store);
const corpus = {
  "corpus/cancel.md":
    "# Cancel an order\n\nYou can cancel until we pack it.\n\n## After packing\n\nSend it back for a refund.",
  "corpus/delivery.md": "# Delivery\n\nParcels take two to four working days. Islands take a week.",
  "corpus/hours.txt": "Our shop is open from nine to five on weekdays.",
};
const full = { ship: "full" };
const noGraph = (await loadHnswlib()) === undefined ? "hnswlib-node is not installed" : false;
const freshStore = async () => {
  const fresh = memoryStore();
  for (const pointer of [base.model, base.tokenizer]) await fresh.blobs.put(await store.blobs.get(pointer.sha256));
  return fresh;
};

describe("recall stage", () => {
  it("writes index, vectors and payloads that belong together", async () => {
    const { context, written } = await fakeContext({ options: full, corpus, base, store });
    await recall.run(context);
    const payloads = linesOf(written, "payloads.jsonl");
    assert.deepEqual(
      payloads.map(({ source, title }) => [source, title]),
      [
        ["corpus/cancel.md", "Cancel an order"],
        ["corpus/cancel.md", "Cancel an order > After packing"],
        ["corpus/delivery.md", "Delivery"],
        ["corpus/hours.txt", "hours"],
      ],
    );
    const [index] = linesOf(written, "index.json");
    const { spaces, count, ship } = RecallIndex.parse(index);
    assert.deepEqual(
      [count, ship, spaces.map(({ name, dims, graph }) => [name, dims, graph])],
      [4, "full", [["text", 512, null]]],
    );
    assert.equal(written.get("text.vectors.bin")?.length, 4 * 512 * 4);
    assert.equal(written.has("text.graph.bin"), false);
  });

  it("puts the right passage nearest to a question", async () => {
    const { context, written } = await fakeContext({ options: full, corpus, base, store });
    await recall.run(context);
    const [index] = linesOf(written, "index.json");
    const opened = openRecall(RecallIndex.parse(index), written);
    const tokenizer = createTokenizer(
      JSON.parse(new TextDecoder().decode(await store.blobs.get(base.tokenizer.sha256))),
      base,
    );
    const encoder = await createEncoder({
      model: await store.blobs.get(base.model.sha256),
      tokenizer,
      names: base.encoder,
      createSession,
    });
    const questions = [
      "How do I cancel my order?",
      "Can I get my money back once it is packed?",
      "How many days until my parcel arrives?",
      "When are you open?",
    ];
    const found = (await encoder.encode(questions)).map(
      (query) => opened.search({ vectors: new Map([["text", query]]) }, { k: 1 }).hits[0]?.title,
    );
    assert.deepEqual(found, ["Cancel an order", "Cancel an order > After packing", "Delivery", "hours"]);
    await encoder.close();
  });

  it("writes the same bytes cold, warm, and when the corpus grew in between", async () => {
    const cold = await fakeContext({ options: full, corpus, base, store: await freshStore() });
    await recall.run(cold.context);
    const other = await freshStore();
    const [first, ...rest] = Object.entries(corpus);
    await recall.run(
      (await fakeContext({ options: full, corpus: Object.fromEntries(rest), base, store: other })).context,
    );
    const grown = await fakeContext({
      options: full,
      corpus: Object.fromEntries([first ?? ["", ""], ...rest]),
      base,
      store: other,
    });
    await recall.run(grown.context);
    assert.deepEqual(grown.written, cold.written);
    assert.ok(grown.messages.includes("2 passages embedded before, 2 to embed"), grown.messages.join("\n"));
  });

  it("loads no model when every passage was embedded before", async () => {
    const fresh = await freshStore();
    await recall.run((await fakeContext({ options: full, corpus, base, store: fresh })).context);
    const { context } = await fakeContext({ options: full, corpus, base, store: fresh });
    const refuse = () => Promise.reject(new Error("the model was loaded"));
    await run(context, { createSession: refuse, loadHnswlib });
  });

  it("searches exactly, and says so, where hnswlib-node is not installed", async () => {
    const { context, written, messages } = await fakeContext({
      options: { ...full, method: "hnsw" },
      corpus,
      base,
      store,
    });
    await run(context, { createSession, loadHnswlib: async () => undefined });
    assert.equal(RecallIndex.parse(linesOf(written, "index.json")[0]).spaces[0]?.graph, null);
    assert.ok(
      messages.some((message) =>
        /hnswlib-node is not installed: the 4 vectors of text are searched exactly/.test(message),
      ),
    );
  });

  it("writes a graph when asked to", { skip: noGraph }, async () => {
    const { context, written } = await fakeContext({ options: { ...full, method: "hnsw" }, corpus, base, store });
    await recall.run(context);
    const index = RecallIndex.parse(linesOf(written, "index.json")[0]);
    assert.equal(index.spaces[0]?.graph?.file, "text.graph.bin");
    const query = new Float32Array(512).fill(Math.fround(1 / Math.sqrt(512)));
    const { hits } = openRecall(index, written).search({ vectors: new Map([["text", query]]) }, { k: 4 });
    assert.equal(hits.length, 4);
  });

  it("writes nothing without a corpus, when switched off, and when nothing may ship", async () => {
    for (const [options, files] of [
      [full, {}],
      [{ enabled: false }, corpus],
      [{ ship: "none" }, corpus],
    ] as const) {
      const { context, written, messages } = await fakeContext({ options, corpus: files, base, store });
      await recall.run(context);
      assert.equal(written.size, 0);
      assert.equal(messages.length, 1);
    }
  });

  it("warns and ships nothing of a corpus nobody said may ship", async () => {
    const { context, written } = await fakeContext({ options: {}, corpus, base, store });
    await recall.run(context);
    assert.deepEqual([...written.keys()], ["notice.json"]);
    assert.match(
      String(linesOf(written, "notice.json")[0]?.["warnings"]),
      /does not say whether it may ship.*ship: full/,
    );
  });

  it("ships where passages stand, and no word of them, with payload-digests", async () => {
    const { context, written } = await fakeContext({ options: { ship: "payload-digests" }, corpus, base, store });
    await recall.run(context);
    assert.deepEqual(
      new Set(linesOf(written, "payloads.jsonl").flatMap(Object.keys)),
      new Set(["id", "source", "kind", "sha256", "start", "end"]),
    );
    assert.equal(written.has("keywords.bin"), false);
    const all = [...written.values()].map((bytes) => new TextDecoder("latin1").decode(bytes)).join("");
    assert.equal(all.includes("refund"), false);
  });

  it("leaves out what cannot be read when told to, and lists it", async () => {
    const damaged = {
      ...corpus,
      "corpus/x.pdf": "%PDF-1.7 cut",
      "corpus/latin.txt": Uint8Array.of(0x63, 0x61, 0x66, 0xe9),
    };
    const strict = await fakeContext({ options: full, corpus: damaged, base, store });
    await assert.rejects(async () => recall.run(strict.context), {
      code: "CORPUS_UNREADABLE",
      message: /corpus\/x\.pdf/,
    });
    const { context, written } = await fakeContext({
      options: { ...full, unreadable: "skip", largestFile: 1000 },
      corpus: { ...damaged, "corpus/large.txt": "word ".repeat(300) },
      base,
      store,
    });
    await recall.run(context);
    const [notice] = linesOf(written, "notice.json") as [{ skipped: { path: string; code: string }[] }]; // one line
    assert.deepEqual(
      notice.skipped.map(({ path, code }) => [path, code]),
      [
        ["corpus/x.pdf", "CORPUS_UNREADABLE"],
        ["corpus/latin.txt", "CORPUS_UNREADABLE"],
        ["corpus/large.txt", "CORPUS_TOO_LARGE"],
      ],
    );
    assert.equal(linesOf(written, "payloads.jsonl").length, 4);
  });

  it("wants passages that fit the base, and something to recall", async () => {
    const long = await fakeContext({ options: { ...full, chunkTokens: 129 }, corpus, base, store });
    await assert.rejects(async () => recall.run(long.context), { code: "RECALL_CHUNK", message: /at most 128/ });
    const empty = await fakeContext({ options: full, corpus: { "corpus/a.md": "# \n" }, base, store });
    await assert.rejects(async () => recall.run(empty.context), { code: "CORPUS_EMPTY" });
  });
});
