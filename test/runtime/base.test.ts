// This file checks opening a file that only references its base: bytes, path or lookup, and what is refused.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { digestOf, type LayerKind, memoryContent, packArtifact, type ReferencedLayer } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { type Answer, createRuntime, LAYER } from "@kolm/runtime";
import { createSession, openFile } from "@kolm/runtime/node";
import { seedSigner } from "../format/sample.ts";
import { readerOf, smallLayers } from "./small-artifact.ts";

const TEXT = "please send me a new one";
let folder: string;
let file: string;
let base: Uint8Array;
let expected: Answer;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kolm-base-"));
  file = join(folder, "thin.kolm");
  const layers = await smallLayers();
  base = layers.get(LAYER.encoder) ?? assert.fail();
  const packed = await packArtifact({
    facts: { name: "triage", version: "1.0.0" },
    layers: [...layers].map(([path, bytes]) => ({
      path,
      kind: path.split("/")[1] as LayerKind, // the paths are layers/<kind>/…
      mediaType: "application/octet-stream",
      content: memoryContent(bytes),
      ...(path === LAYER.encoder ? { referenced: true as const } : {}),
    })),
    signer: seedSigner(),
    crypto: nodeCrypto,
  });
  const parts: Uint8Array[] = [];
  for await (const part of packed.stream()) parts.push(part);
  writeFileSync(file, Buffer.concat(parts));
  writeFileSync(join(folder, "encoder.onnx"), base);
  const draft = await createRuntime(readerOf(layers), { createSession });
  expected = await draft.answer(TEXT);
  await draft.close();
});
after(() => rmSync(folder, { recursive: true }));

test("with the base as bytes, as a file or looked up, it answers as the file that carries it", async () => {
  const asked: ReferencedLayer[] = [];
  const lookup = async (layer: ReferencedLayer): Promise<Uint8Array> => {
    asked.push(layer);
    return base;
  };
  for (const given of [base, join(folder, "encoder.onnx"), lookup]) {
    const opened = await openFile(file, { base: given });
    assert.deepEqual(await opened.answer(TEXT), expected);
    await opened.close();
  }
  assert.deepEqual(asked, [{ path: LAYER.encoder, size: base.length, sha256: digestOf(nodeCrypto, base) }]);
});

test("without the base it does not open, and says which one it needs", async () => {
  const missing = { code: "BASE_MISSING", message: new RegExp(digestOf(nodeCrypto, base)) };
  await assert.rejects(openFile(file), missing);
  await assert.rejects(openFile(file, { base: async () => undefined }), missing);
  await assert.rejects(openFile(file, { base: join(folder, "none.onnx") }), { code: "FILE_UNREADABLE" });
});

test("another base is refused: by its size at once, by its bytes before any of them is used", async () => {
  await assert.rejects(openFile(file, { base: base.subarray(1) }), { code: "REFERENCE_WRONG" });
  const altered = base.slice();
  altered[base.length >> 1] = (altered[base.length >> 1] ?? 0) ^ 1;
  const opened = await openFile(file, { base: altered });
  await assert.rejects(opened.answer(TEXT), { code: "REFERENCE_WRONG" });
  await opened.close();
});
