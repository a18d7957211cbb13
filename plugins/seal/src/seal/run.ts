// This file is the body of the seal stage: gate, card, measured layers, signed manifest.
import { KolmError, measure, type MeasuredLayer, sealArtifact } from "@kolm/format";
import { fileContent, nodeCrypto } from "@kolm/format/node";
import { type BlobPointer, type Context, draftLayers, type Inputs, type LayerKind, Score } from "@kolm/stage";
import { renderCard } from "../card.ts";
import type { SealedLayer } from "../sealed-layer.ts";

type Identity = { readonly name: string; readonly version: string; readonly base: string | null };

export async function run({ inputs, outputs, store, signer, report, signal }: Context<unknown>): Promise<void> {
  const score = Score.parse(await inputs.json("verify/score.json"));
  requireGate(score);
  const identity = await inputs.json<Identity>("spec/identity.json");
  const { text } = await inputs.json<{ text: string }>("spec/description.json");
  const card = new TextEncoder().encode(renderCard({ ...identity, description: text, score }));
  await outputs.bytes("card.md", card);
  const docs = {
    path: "layers/docs/card.md",
    kind: "docs",
    mediaType: "text/markdown",
    pointer: await outputs.blob(card),
  } as const;
  const measured: (MeasuredLayer & { readonly pointer: BlobPointer })[] = [];
  for (const { path, kind, mediaType, pointer } of [...(await draftLayers(inputs)), docs]) {
    signal.throwIfAborted();
    report({ message: `measuring ${path}` });
    const content = await fileContent(store.blobs.path(pointer.sha256)).catch((cause: unknown) => {
      throw new KolmError("BLOB_MISSING", `the store has no bytes for ${path}`, { cause });
    });
    measured.push({
      path,
      kind: kind satisfies LayerKind,
      mediaType,
      pointer,
      measure: await measure(content.open(), nodeCrypto),
    });
  }
  const sealed = await sealArtifact({
    facts: {
      name: identity.name,
      version: identity.version,
      summary: summaryOf(text),
      ...(await baseFact(inputs, identity)),
      ...scoreFacts(score),
    },
    layers: measured.map(({ pointer: _, ...layer }) => layer),
    signer: await signer(),
    crypto: nodeCrypto,
  });
  await outputs.bytes("manifest.json", sealed.manifest);
  await outputs.bytes("receipt.json", sealed.receipt);
  await outputs.bytes("chunks.bin", sealed.index);
  const layers = measured.map(({ path, pointer, measure }): SealedLayer => ({
    path,
    ...pointer,
    crc32: measure.crc32,
  }));
  await outputs.json("layers.json", { id: sealed.id, layers });
}

function requireGate({ gate, k }: Score): void {
  if (gate.passed) return;
  throw new KolmError("GATE_FAILED", `K ${k.value}: ${gate.reasons.join("; ")}`, {
    hint: "verify/report.json lists the wrong cases and what would most likely help; the floors stand under gate: in task.yaml.",
  });
}

function scoreFacts({ k, axes, gate }: Score): { kscore: Record<string, string>; gate: Record<string, string> } {
  const values = Object.entries(axes).map(([axis, { value }]) => [axis, value]);
  const floors = Object.entries(gate.floors).filter((floor): floor is [string, string] => floor[1] !== undefined);
  return {
    kscore: { k: k.value, lower: k.lower, upper: k.upper, ...Object.fromEntries(values) },
    gate: Object.fromEntries(floors),
  };
}

async function baseFact(inputs: Inputs, { base }: Identity): Promise<{ base?: { name: string; sha256: string } }> {
  const layers = await draftLayers(inputs);
  const model = layers.find(({ path }) => path === "layers/model/encoder.onnx");
  return base === null || !model ? {} : { base: { name: base, sha256: model.pointer.sha256 } };
}

function summaryOf(description: string): string {
  const line = description.replace(/\s+/g, " ").trim();
  return line.length <= 500 ? line : `${line.slice(0, 499)}…`;
}
