// This file checks that a browser finds in a recall index what Node finds: the same passages, scores and ranks, bit for bit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { graphOfHnswlib, packGraph, type VectorType } from "@kolm/runtime";
import { libraryGraph, skip as noLibrary } from "../runtime/hnswlib.ts";
import { payloadOf, sampleIndex, unitVectors } from "../runtime/recall-sample.ts";
import { openPage, skip } from "./chromium.ts";
import { search, type Question, type Searched } from "./recall-page.ts";

const WORDS = ["tent", "stove", "rope", "boots", "lantern", "washing", "repairs", "returned", "batteries", "mattress"];

test(
  "Chromium finds what Node finds, exactly, along a graph, by words and by both",
  { skip, timeout: 60_000 },
  async () => {
    await using page = await openPage("recall-page.ts");
    const all = unitVectors(1540, "browser");
    const questions = all.slice(1500).map((vector, at): Question => {
      const words = `${WORDS[at % 10]} ${WORDS[(at * 7 + 3) % 10]}`;
      return at % 3 === 0 ? { vector: [...vector] } : at % 3 === 1 ? { words } : { vector: [...vector], words };
    });
    for (const indexed of indexes(all.slice(0, 1500))) {
      const asked = { ...indexed, questions };
      const here = JSON.parse(JSON.stringify(search(asked))) as { hits: unknown[] }[]; // what search gave
      assert.deepEqual(await page.call(asked), here);
      assert.ok(here.every(({ hits }) => hits.length === 10));
    }
  },
);

function* indexes(vectors: readonly Float32Array[]): Iterable<Omit<Searched, "questions">> {
  const types: readonly VectorType[] = ["f32", "f16", "int8"];
  const graphs =
    noLibrary === false ? [undefined, packGraph(graphOfHnswlib(libraryGraph(vectors).saved))] : [undefined];
  for (const type of types)
    for (const graph of graphs) {
      const { index, files } = sampleIndex({
        payloads: vectors.map((_, row) => payloadOf(row)),
        spaces: [{ vectors, type, ...(graph === undefined ? {} : { graph }) }],
        words: vectors.map((_, row) => `${WORDS[row % 10]} and ${WORDS[(row * row + 1) % 10]} for trip ${row % 17}`),
        weights: { text: "1", keywords: "0.5" },
      });
      const named = [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]);
      yield { index, files: Object.fromEntries(named) };
    }
}
