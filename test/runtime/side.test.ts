// This file checks side indexes as such: what is searched together, what is embedded when, and which encoders fit.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { KolmError } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { attr, type CreateSession, encodeModel, GraphBuilder } from "@kolm/onnx";
import {
  LAYER,
  memorySideStorage,
  noCipher,
  openSideIndex,
  openSideTarget,
  packVectors,
  type SideIndex,
  type SideOptions,
  type SideStorage,
} from "@kolm/runtime";
import { chunkDocument, readDocument } from "@kolm/corpus";
import { pictureDecoder } from "@kolm/corpus/node";
import { createSession } from "@kolm/runtime/node";
import { picture, rgba } from "../corpus/fixtures.ts";
import { filesOf, indexLayers, MANUAL, NOTES } from "./side-artifact.ts";
import { openBase, readerOf, STUDENT, utf8 } from "./small-artifact.ts";

let sealed: Map<string, Uint8Array>;
before(async () => {
  sealed = await indexLayers(MANUAL);
});

const GREY = rgba(8, 8, (x, y) => [40 * (x % 4), 20 * y, 90]);

/** Runs of a model so far. */
let runs = 0;
const counted: CreateSession = async (model, options) => {
  const session = await createSession(model, options);
  return { ...session, run: (feeds) => (runs++, session.run(feeds)) };
};

const openWith = (
  layers: ReadonlyMap<string, Uint8Array>,
  storage: SideStorage,
  more: Partial<SideOptions> = {},
): Promise<SideIndex> =>
  openSideIndex({
    storage,
    cipher: noCipher(nodeCrypto),
    target: () => openSideTarget({ layer: readerOf(layers), createSession: counted, threads: 1, hashing: nodeCrypto }),
    hashing: nodeCrypto,
    pictureDecoder,
    ...more,
  });

const failsWith =
  (code: string, words = /./) =>
  (error: unknown) =>
    error instanceof KolmError && error.code === code && words.test(error.message);

test("sealed and own passages are ranked as one index over both ranks them, and each hit says where it is from", async () => {
  const side = await openWith(sealed, memorySideStorage());
  assert.deepEqual((await side.add(filesOf(NOTES))).added.length, NOTES.length);
  const notes = side.list().map(({ source }) => source);
  // Own lines stand in the order of their keys, which are digests: ties aside, order does not matter.
  const embedded = filesOf(NOTES).map(({ source }, at) => {
    const [chunk] = chunkDocument(readDocument(source, utf8(NOTES[at] ?? "")), 96, (text) => text.length / 4);
    return chunk?.embedded ?? "";
  });
  const layers = await indexLayers([...MANUAL, ...NOTES], [...MANUAL, ...embedded]);
  const both = await openWith(layers, memorySideStorage());
  for (const query of ["washing a sleeping bag", "where is the key of the cabin", "potatoes", "gas stove", "boots"]) {
    const [found, wanted] = [await side.search(query, { k: 8 }), await both.search(query, { k: 8 })];
    assert.deepEqual(
      found.hits.map(({ text, score, ranks }) => ({ text, score, ranks })),
      wanted.hits.map(({ text, score, ranks }) => ({ text, score, ranks })),
      query,
    );
    for (const { source, origin } of found.hits) assert.equal(origin, notes.includes(source) ? "own" : "sealed");
  }
  assert.equal((await side.search("cabin key", { k: 1 })).hits[0]?.source, "/home/me/note-2.txt");
  const filtered = await side.search("sleeping bag", { filter: { source: "/home/me/" } });
  assert.ok(filtered.hits.length > 0 && filtered.hits.every(({ origin }) => origin === "own"));
  const unlike = await side.search("sleeping bag", { k: 8, diversity: 0.3 });
  assert.equal(unlike.hits.length, 8);
  await side.close();
  await both.close();
});

test("an unchanged file is not embedded again, a changed one takes its old passages' place", async () => {
  const storage = memorySideStorage();
  const side = await openWith(sealed, storage);
  await side.add(filesOf(NOTES));
  const before = runs;
  assert.equal((await side.add(filesOf(NOTES))).unchanged.length, NOTES.length);
  assert.equal(runs, before);
  const edited = filesOf(["The cabin was sold.", ...NOTES.slice(1)]);
  const { replaced, unchanged } = await side.add(edited);
  assert.deepEqual([replaced, unchanged.length], [["/home/me/note-0.txt"], 2]);
  assert.equal(runs, before + 1);
  const again = await openWith(sealed, storage);
  const { hits } = await again.search("sleeping bag cleaner feathers", { k: 8 });
  assert.ok(!hits.some(({ text }) => text === NOTES[0]));
  assert.ok(hits.some(({ text }) => text === "The cabin was sold."));
});

test("removed files are found no more, and only those", async () => {
  const side = await openWith(sealed, memorySideStorage());
  await side.add(filesOf(NOTES));
  assert.deepEqual(await side.remove(["/home/me/note-2.txt", "/home/me/none.txt"]), ["/home/me/note-2.txt"]);
  assert.deepEqual(
    side.list().map(({ source }) => source),
    ["/home/me/note-0.txt", "/home/me/note-1.txt"],
  );
  const { hits } = await side.search("spare key of the cabin", { k: 8 });
  assert.deepEqual(hits.filter(({ origin }) => origin === "own").length, 2);
});

test("another encoder's vectors are refused with the way out; they may be kept to be added anew", async () => {
  const storage = memorySideStorage();
  await (await openWith(sealed, storage)).add(filesOf(NOTES));
  const other = new Map(sealed);
  const index = JSON.parse(new TextDecoder().decode(sealed.get(LAYER.recall))) as {
    encoders: { text: { maxTokens: number } };
  };
  index.encoders.text.maxTokens = 64;
  other.set(LAYER.recall, utf8(index));
  const stranger = await openWith(other, storage);
  await assert.rejects(stranger.search("key"), failsWith("SIDE_FOREIGN", /3 of its 3 files/));
  await assert.rejects(stranger.add(filesOf(["new"], "/else")), failsWith("SIDE_FOREIGN"));
  const keeping = await openWith(other, storage, { keepForeign: true });
  await keeping.add(filesOf(NOTES.slice(0, 2)));
  await assert.rejects(keeping.search("key"), failsWith("SIDE_FOREIGN", /1 of its 3 files/));
  assert.equal((await keeping.add(filesOf(NOTES))).replaced.length, 1);
  assert.equal((await keeping.search("spare key", { k: 1 })).hits[0]?.origin, "own");
});

test("an artifact without a recall index lends its base encoder; one without either says what it lacks", async () => {
  const bare = new Map([...sealed].filter(([path]) => path.startsWith("layers/model/")));
  const { file } = await openBase();
  bare.set(LAYER.student, utf8({ ...STUDENT, encoder: file.encoder }));
  const side = await openWith(bare, memorySideStorage());
  await side.add(filesOf(NOTES));
  const { hits } = await side.search("hidden cabin key", { k: 1 });
  assert.equal(hits[0]?.text, NOTES[2]);
  const none = await openWith(new Map(), memorySideStorage());
  await assert.rejects(none.add(filesOf(NOTES)), failsWith("SIDE_ENCODER"));
});

test("what cannot be read or embedded is an error that names it, or is told and left out; nothing is written by halves", async () => {
  const storage = memorySideStorage();
  const side = await openWith(sealed, storage);
  const bad = [
    ...filesOf(NOTES),
    { source: "/home/me/holiday.png", bytes: () => picture("png", GREY) },
    { source: "/home/me/broken.pdf", bytes: async () => utf8("%PDF-1.4 nothing") },
  ];
  await assert.rejects(side.add(bad), failsWith("SIDE_ENCODER", /holiday\.png is a picture/));
  assert.deepEqual((await storage.load()).records, []);
  const told: string[] = [];
  const { added } = await side.add(bad, { unreadable: (source) => void told.push(source) });
  assert.deepEqual([added.length, told], [3, ["/home/me/holiday.png", "/home/me/broken.pdf"]]);
});

test("a picture goes into the space of the artifact's own image encoder and is found by a picture", async () => {
  const side = await openWith(await withImages(), memorySideStorage());
  await side.add([...filesOf(NOTES), { source: "/home/me/holiday.png", bytes: () => picture("png", GREY) }]);
  const data = new Uint8Array(4 * 16).fill(200);
  const { hits } = await side.search({ image: { width: 4, height: 4, data } }, { k: 3 });
  assert.deepEqual(
    hits.map(({ source, kind, origin }) => ({ source, kind, origin })),
    [{ source: "/home/me/holiday.png", kind: "image", origin: "own" }],
  );
});

/** The sealed layers and an image encoder whose vector is the 4 × 4 picture itself. */
async function withImages(): Promise<Map<string, Uint8Array>> {
  const graph = new GraphBuilder("pixels");
  graph.input("pixels", "float32", [1, 3, 4, 4]);
  graph.node("Flatten", ["pixels"], { axis: attr.int(1) }, { outputs: ["vector"] });
  graph.output("vector", "float32", [1, 48]);
  const form = {
    input: "pixels",
    output: "vector",
    size: [4, 4],
    mean: ["0", "0", "0"],
    std: ["1", "1", "1"],
    layout: "nchw",
    fit: "stretch",
  };
  const layers = await indexLayers(MANUAL);
  const index = JSON.parse(new TextDecoder().decode(layers.get(LAYER.recall))) as {
    spaces: unknown[];
    encoders: Record<string, unknown>;
  };
  index.spaces.push({
    name: "image",
    dims: 48,
    count: 0,
    metric: "cosine",
    rows: { file: "image.rows.bin" },
    vectors: { file: "image.vectors.bin", type: "f32" },
    graph: null,
    queries: { image: "image" },
  });
  index.encoders["image"] = { modality: "image", model: "layers/recall/image.onnx", form };
  layers.set(LAYER.recall, utf8(index));
  layers.set("layers/recall/image.onnx", encodeModel(graph.build()));
  layers.set("layers/recall/image.rows.bin", new Uint8Array());
  return layers.set("layers/recall/image.vectors.bin", packVectors([], "f32"));
}
