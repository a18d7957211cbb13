// This file says which output of which stage becomes which layer of the artifact.
import type { BlobPointer, Inputs } from "./contract.ts";

export type LayerKind = "model" | "adapter" | "recipes" | "recall" | "verifier" | "docs";

/** `from` is a stage file; `part` names the pointer inside it that holds the bytes. */
export type LayerSource = {
  readonly path: string;
  readonly kind: LayerKind;
  readonly mediaType: string;
  readonly from: string;
  readonly part?: string;
};

const ENCODER = "layers/model/encoder.onnx";
/** Written where recall's text encoder is the base with an adapter of its own. */
const TUNED = "recall/adapter.json";

/** The files of a recall index: by space its vectors, their lines and its graph, and the encoders queries need. */
function recallLayers(): LayerSource[] {
  const file = (name: string, mediaType: string): LayerSource => ({
    path: `layers/recall/${name}`,
    kind: "recall",
    mediaType,
    from: `recall/${name}`,
  });
  const model = (name: string, part: string): LayerSource => ({
    ...file(name, name.endsWith(".json") ? "application/json" : "application/vnd.onnx"),
    from: "recall/encoders.json",
    part,
  });
  const layers = [
    file("adapter_config.json", "application/json"),
    { ...file("adapter_model.safetensors", "application/vnd.safetensors"), from: TUNED, part: "adapter" },
    file("index.json", "application/vnd.kolm.recall.v2+json"),
    file("payloads.jsonl", "application/jsonl"),
    file("keywords.bin", "application/vnd.kolm.keywords.v1"),
    ...["text", "pictures", "joint", "image", "audio"].flatMap((space) => [
      file(`${space}.vectors.bin`, "application/octet-stream"),
      file(`${space}.rows.bin`, "application/octet-stream"),
      file(`${space}.graph.bin`, "application/vnd.kolm.hnsw.v2"),
    ]),
    model("image.onnx", "image"),
    model("pair.onnx", "pair"),
    model("pair.tokenizer.json", "pairTokenizer"),
    model("audio.onnx", "audio"),
    model("frames.onnx", "frames"),
  ];
  return layers.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** In chain order; a layer whose source was not written is left out. */
export const LAYERS: readonly LayerSource[] = [
  {
    path: ENCODER,
    kind: "model",
    mediaType: "application/vnd.onnx",
    from: "base/base.json",
    part: "model",
  },
  {
    path: "layers/model/student.onnx",
    kind: "model",
    mediaType: "application/vnd.onnx",
    from: "distill/merged.json",
    part: "student",
  },
  {
    path: "layers/model/tokenizer.json",
    kind: "model",
    mediaType: "application/json",
    from: "base/base.json",
    part: "tokenizer",
  },
  {
    path: "layers/adapter/adapter_config.json",
    kind: "adapter",
    mediaType: "application/json",
    from: "distill/adapter_config.json",
  },
  {
    path: "layers/adapter/adapter_model.safetensors",
    kind: "adapter",
    mediaType: "application/vnd.safetensors",
    from: "distill/adapter.json",
    part: "adapter",
  },
  {
    path: "layers/adapter/evidence.bin",
    kind: "adapter",
    mediaType: "application/octet-stream",
    from: "distill/evidence.bin",
  },
  {
    path: "layers/adapter/evidence.json",
    kind: "adapter",
    mediaType: "application/vnd.kolm.evidence.v1+json",
    from: "distill/evidence.json",
  },
  {
    path: "layers/adapter/heads.safetensors",
    kind: "adapter",
    mediaType: "application/vnd.safetensors",
    from: "distill/adapter.json",
    part: "heads",
  },
  {
    path: "layers/adapter/student.json",
    kind: "adapter",
    mediaType: "application/vnd.kolm.student.v1+json",
    from: "distill/student.json",
  },
  {
    path: "layers/recipes/certificates.json",
    kind: "recipes",
    mediaType: "application/vnd.kolm.certificates.v1+json",
    from: "recipes/certificates.json",
  },
  {
    path: "layers/recipes/pack.json",
    kind: "recipes",
    mediaType: "application/vnd.kolm.recipes.v1+json",
    from: "recipes/pack.json",
  },
  ...recallLayers(),
  {
    path: "layers/verifier/contract.json",
    kind: "verifier",
    mediaType: "application/vnd.kolm.contract.v1+json",
    from: "spec/contract.json",
  },
  { path: "layers/verifier/evals.jsonl", kind: "verifier", mediaType: "application/jsonl", from: "spec/evals.jsonl" },
  {
    path: "layers/verifier/score.json",
    kind: "verifier",
    mediaType: "application/vnd.kolm.score.v1+json",
    from: "verify/score.json",
  },
  { path: "layers/docs/card.md", kind: "docs", mediaType: "text/markdown", from: "seal/card.md" },
];

export type DraftLayer = LayerSource & { readonly pointer: BlobPointer };

/** What a merged student has inside, so that it needs no layers of its own. */
const MERGED = [
  "layers/adapter/adapter_config.json",
  "layers/adapter/adapter_model.safetensors",
  "layers/adapter/heads.safetensors",
];

/** The layers that exist so far, each with the pointer to its bytes; base weights only where the student or recall needs them. */
export async function draftLayers(inputs: Inputs): Promise<DraftLayer[]> {
  const hasMerged = await inputs.has("distill/merged.json");
  const hasRecall = await inputs.has("recall/index.json");
  const isTuned = await inputs.has(TUNED);
  const needsModel = hasRecall || (await inputs.has("distill/student.json"));
  const layers: DraftLayer[] = [];
  for (const source of LAYERS) {
    if (source.kind === "model" && !needsModel) continue;
    if (hasMerged && MERGED.includes(source.path)) continue;
    const isEncoder = source.path === ENCODER;
    if (isEncoder && hasMerged && !hasRecall) continue;
    // Recall then reads the base with small weights too, unless an adapter is merged into them.
    const chosen =
      isEncoder && hasMerged && !isTuned ? { ...source, from: "distill/merged.json", part: "encoder" } : source;
    if (!(await inputs.has(chosen.from))) continue;
    const pointer = await pointerOf(chosen, inputs);
    if (pointer) layers.push({ ...chosen, pointer });
  }
  return layers;
}

/** Undefined where a recall index needs no encoder of that part. */
async function pointerOf({ from, part }: LayerSource, inputs: Inputs): Promise<BlobPointer | undefined> {
  if (part === undefined) return inputs.pointer(from);
  const file = await inputs.json<Record<string, BlobPointer>>(from);
  const pointer = file[part];
  if (pointer) return { sha256: pointer.sha256, size: pointer.size };
  if (from === "recall/encoders.json") return undefined;
  throw new Error(`${from} has no pointer ${part}`);
}
