// This file shows how pictures of a corpus are put into an index: in the views a task asks for, and among texts by their classes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeModel, GraphBuilder, intTensor } from "@kolm/onnx";
import { createImageEncoder, type ImageBaseFile, type ImageForm, openRecall, RecallIndex } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { memoryStore } from "@kolm/store";
import { embedTexts } from "../../plugins/recall/src/encode/texts.ts";
import { openEncoders } from "../../plugins/recall/src/encode/open.ts";
import { run } from "../../plugins/recall/src/run.ts";
import { png } from "../../tools/dev/src/pictures/png.ts";
import { memoryInputs } from "../teach/stage-files.ts";
import { defaultBase } from "./base.ts";
import { fakeContext, linesOf } from "./fake-context.ts";

const store = memoryStore();
const base = await defaultBase(store);

/** Its vector and its logits are the mean red, green and blue of a picture. */
const FORM: ImageForm = {
  input: "pixels",
  output: "flat",
  logits: "flat",
  size: [1, 1],
  mean: ["0.5", "0.5", "0.5"],
  std: ["0.1", "0.1", "0.1"],
  layout: "nchw",
  fit: "stretch",
};

function colours(): Uint8Array {
  const builder = new GraphBuilder("flat", { "": 17 });
  builder.input("pixels", "float32", [1, 3, 1, 1]);
  builder.initializer("shape", intTensor([1, 3]));
  builder.node("Reshape", ["pixels", "shape"], {}, { outputs: ["flat"] });
  builder.output("flat", "float32", [1, 3]);
  return encodeModel(builder.build());
}

const picture = (colour: readonly [number, number, number]) => {
  const data = Uint8Array.from({ length: 16 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (colour[at % 4] ?? 0)));
  return { width: 4, height: 4, data };
};
const RED = picture([250, 20, 30]);
const GREEN = picture([10, 240, 60]);
const corpus = { "corpus/1.png": png(RED), "corpus/2.png": png(GREEN) };

async function built(image: Readonly<Record<string, unknown>>, labels: string) {
  const options = { ship: "full", keywords: false, image: { encoder: "colours", ...image } };
  const fake = await fakeContext({ options, corpus, base, store });
  const blob = async (bytes: Uint8Array) => ({ sha256: await store.blobs.put(bytes), size: bytes.length });
  const imageBase: ImageBaseFile = {
    modality: "image",
    name: "colours",
    source: "file:colours.onnx",
    licence: "Apache-2.0",
    pins: {},
    form: FORM,
    model: await blob(colours()),
    labels: await blob(new TextEncoder().encode(labels)),
  };
  const sources = await fake.context.inputs.json("spec/corpus.json");
  const files = new Map([
    ["spec/corpus.json", JSON.stringify(sources)],
    ["base/base.json", JSON.stringify(base)],
    ["base-image/base.json", JSON.stringify(imageBase)],
  ]);
  const context = { ...fake.context, inputs: memoryInputs(files, store) };
  await run(context);
  return { context, written: fake.written, index: RecallIndex.parse(linesOf(fake.written, "index.json")[0]) };
}

const PLAIN = "kuvasz\nmacaw\nvolcano\n";

describe("pictures of a corpus", () => {
  it("stand in the index as the task wants them shown, and so does the form that queries are encoded by", async () => {
    const views = [{ inverted: true }, { share: 0.5, mirrored: true }, { share: 0.75 }];
    const { index, written } = await built({ ask: true, views, roots: true }, PLAIN);
    const encoder = index.encoders["image"];
    assert.ok(encoder?.modality === "image");
    const shown = [{ inverted: true }, { share: "0.5", mirrored: true }, { share: "0.75" }];
    assert.deepEqual(encoder.form, { ...FORM, views: shown, roots: true });
    const opened = await createImageEncoder(colours(), encoder.form, { createSession });
    const { vector } = await opened.encode(GREEN);
    await opened.close();
    const [hit] = openRecall(index, written).search({ vectors: new Map([["image", vector]]) }).hits;
    assert.equal(hit?.source, "corpus/2.png");
    assert.ok(Math.abs((hit?.score ?? 0) - 1) < 1e-6);
  });

  it("are stored the same without views and roots as ever, and other bytes with them", async () => {
    const before = await built({ ask: true }, PLAIN);
    const again = await built({ ask: true, roots: false }, PLAIN);
    const other = await built({ ask: true, roots: true }, PLAIN);
    const [encoder] = Object.values(before.index.encoders);
    assert.deepEqual(encoder?.modality === "image" && encoder.form, FORM);
    assert.deepEqual(again.written, before.written);
    assert.notDeepEqual(other.written.get("image.vectors.bin"), before.written.get("image.vectors.bin"));
  });

  it("are found by the kind of their class where the labels file names it", async () => {
    const firstOf = async (labels: string): Promise<string | undefined> => {
      const { context, written, index } = await built({ bridge: "labels" }, labels);
      const bench = { ...context, memo: store.memo, createSession };
      const { text } = await openEncoders(context.options, bench);
      const [query = new Float32Array()] = await embedTexts(["a dog"], text, bench);
      const { hits } = openRecall(index, written).search({ vectors: new Map([["pictures", query]]) });
      return hits[0]?.source;
    };
    assert.equal(await firstOf(PLAIN), "corpus/2.png");
    assert.equal(
      await firstOf("kuvasz < shepherd dog < dog\nmacaw < parrot < bird\nvolcano < mountain\n"),
      "corpus/1.png",
    );
  });
});
