// This file is the body of the seal stage: gate, card, measured layers, signed manifest.
import { KolmError, measure, MEMBERSHIP_PATH, type MeasuredLayer, sealArtifact } from "@kolm/format";
import { fileContent, nodeCrypto } from "@kolm/format/node";
import {
  type BlobPointer,
  type Context,
  type DraftLayer,
  draftLayers,
  type Inputs,
  type LayerKind,
  Score,
} from "@kolm/stage";
import { renderCard, type SmallerWeights } from "../card.ts";
import type { ArtifactOptions } from "../options.ts";
import type { SealedLayer } from "../sealed-layer.ts";
import { membershipLayer } from "./membership.ts";

type Identity = { readonly name: string; readonly version: string; readonly base: string | null };

export async function run(context: Context<ArtifactOptions>): Promise<void> {
  const { inputs, outputs, signer } = context;
  const score = Score.parse(await inputs.json("verify/score.json"));
  requireGate(score);
  const identity = await inputs.json<Identity>("spec/identity.json");
  const { text } = await inputs.json<{ text: string }>("spec/description.json");
  const weights = await weightsOf(inputs);
  const card = new TextEncoder().encode(renderCard({ ...identity, description: text, score, weights }));
  await outputs.bytes("card.md", card);
  const docs = {
    path: "layers/docs/card.md",
    kind: "docs",
    mediaType: "text/markdown",
    pointer: await outputs.blob(card),
  } as const;
  const membership = {
    path: MEMBERSHIP_PATH,
    kind: "verifier",
    mediaType: "application/json",
    pointer: await outputs.blob(await membershipLayer(inputs, await signer(), identity)),
  } as const;
  const measured = await measureAll([...(await draftLayers(inputs)), membership, docs], context);
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
  const carried = measured.filter(({ referenced }) => referenced === undefined);
  const layers = carried.map(({ path, pointer, measure }): SealedLayer => ({ path, ...pointer, crc32: measure.crc32 }));
  await outputs.json("layers.json", { id: sealed.id, layers });
}

type Listed = Pick<DraftLayer, "path" | "kind" | "mediaType" | "pointer">;
type Measured = MeasuredLayer & { readonly pointer: BlobPointer };

/** KolmError BLOB_MISSING, or BASE_NOT_SHARED when the base should be referenced and is no layer of its own. */
async function measureAll(
  layers: readonly Listed[],
  { inputs, store, options, report, signal }: Context<ArtifactOptions>,
): Promise<Measured[]> {
  const referenced = options.base === "referenced" ? await sharedBase(layers, inputs) : undefined;
  const measured: Measured[] = [];
  for (const { path, kind, mediaType, pointer } of layers) {
    signal.throwIfAborted();
    report({ message: `measuring ${path}` });
    const content = await fileContent(store.blobs.path(pointer.sha256)).catch((cause: unknown) => {
      throw new KolmError("BLOB_MISSING", `the store has no bytes for ${path}`, { cause });
    });
    measured.push({
      path,
      kind: kind satisfies LayerKind,
      mediaType,
      ...(path === referenced ? { referenced: true } : {}),
      pointer,
      measure: await measure(content.open(), nodeCrypto),
    });
  }
  return measured;
}

/** The path of the layer that is the base's own weights, the same for every task on it. */
async function sharedBase(layers: readonly Listed[], inputs: Inputs): Promise<string> {
  const { model } = (await inputs.has("base/base.json"))
    ? await inputs.json<{ model: BlobPointer }>("base/base.json")
    : { model: undefined };
  const layer = layers.find(({ kind, pointer }) => kind === "model" && pointer.sha256 === model?.sha256);
  if (layer !== undefined) return layer.path;
  throw new KolmError(
    "BASE_NOT_SHARED",
    "artifact.base is referenced, but the artifact has no layer that is its base",
    {
      hint: "Weights in int8 or int4 are the task's own: set student.weights: fp32, or artifact.base: carried.",
    },
  );
}

async function weightsOf(inputs: Inputs): Promise<SmallerWeights | undefined> {
  const path = "distill/student.json";
  return (await inputs.has(path)) ? (await inputs.json<{ weights?: SmallerWeights }>(path)).weights : undefined;
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

/** The base's own weights, whatever form of them is carried. */
async function baseFact(inputs: Inputs, { base }: Identity): Promise<{ base?: { name: string; sha256: string } }> {
  const layers = await draftLayers(inputs);
  if (base === null || !layers.some(({ kind }) => kind === "model")) return {};
  const { model } = await inputs.json<{ model: BlobPointer }>("base/base.json");
  return { base: { name: base, sha256: model.sha256 } };
}

function summaryOf(description: string): string {
  const line = description.replace(/\s+/g, " ").trim();
  return line.length <= 500 ? line : `${line.slice(0, 499)}…`;
}
