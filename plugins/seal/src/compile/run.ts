// This file is the body of the compile stage: blobs in, one canonical file out.
import { assembleArtifact, KolmError, type LayerContent } from "@kolm/format";
import { fileContent, nodeCrypto } from "@kolm/format/node";
import type { Context } from "@kolm/stage";
import type { SealedLayers } from "../sealed-layer.ts";

export async function run({ task, inputs, outputs, store, report }: Context<unknown>): Promise<void> {
  const { id, layers } = await inputs.json<SealedLayers>("seal/layers.json");
  const contents = new Map<string, LayerContent>();
  for (const { path, sha256, crc32 } of layers) {
    if (!(await store.blobs.has(sha256))) throw new KolmError("BLOB_MISSING", `the store has no bytes for ${path}`);
    contents.set(path, { ...(await fileContent(store.blobs.path(sha256))), crc32 });
  }
  const sealed = {
    manifest: await inputs.bytes("seal/manifest.json"),
    receipt: await inputs.bytes("seal/receipt.json"),
    index: await inputs.bytes("seal/chunks.bin"),
  };
  const assembly = await assembleArtifact({ sealed, layers: contents, hashing: nodeCrypto });
  report({ message: `writing ${assembly.size} bytes` });
  const written = await outputs.artifact(`${task}.kolm`, assembly.stream());
  await outputs.json("artifact.json", { ...written, id });
}
