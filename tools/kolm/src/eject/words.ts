// This file writes what people read in an ejected folder: a README that explains each file, the recipes as text, the adapter's README.
import { type Artifact, fromUtf8, type Manifest } from "@kolm/format";
import { PackFile, printRecipe } from "@kolm/recipe";
import { LAYER, StudentFile } from "@kolm/runtime";
import { peftFolder } from "../export/peft-folder.ts";
import { layerFile } from "./places.ts";

/** Texts by file; none takes the place of a layer's file. */
export async function wordsFor(artifact: Artifact): Promise<ReadonlyMap<string, string>> {
  const recipes = await recipesAsText(artifact);
  const adapter = await adapterReadme(artifact);
  const extra = [
    ...(recipes === undefined ? [] : [["recipes/pack.txt", recipes] as const]),
    ...(adapter === undefined ? [] : [["adapter/README.md", adapter] as const]),
  ];
  // Lower case, since some file systems do not tell the cases apart.
  const taken = new Set(artifact.manifest.layers.map((layer) => layerFile(layer).toLowerCase()));
  const free = extra.filter(([name]) => !taken.has(name.toLowerCase()));
  return new Map([
    [
      "README.md",
      readme(
        artifact,
        free.map(([name]) => name),
      ),
    ],
    ...free,
  ]);
}

/** Undefined without recipes, and for a pack of another version of the language. */
async function recipesAsText(artifact: Artifact): Promise<string | undefined> {
  if (!artifact.has(LAYER.recipes)) return undefined;
  const pack = PackFile.safeParse(await readJson(artifact, LAYER.recipes));
  return pack.success ? pack.data.recipes.map(printRecipe).join("\n") : undefined;
}

/** Undefined without an adapter, and for a student of another version of kolm. */
async function adapterReadme(artifact: Artifact): Promise<string | undefined> {
  if (!artifact.has(LAYER.adapter) || !artifact.has(LAYER.student)) return undefined;
  const student = StudentFile.safeParse(await readJson(artifact, LAYER.student));
  if (!student.success || student.data.lora === null) return undefined;
  const bytes = (await peftFolder(artifact)).get("README.md");
  return bytes && fromUtf8(bytes);
}

/** Undefined for what is not JSON: ejecting explains what it understands and writes the rest as it is. */
async function readJson(artifact: Artifact, path: string): Promise<unknown> {
  try {
    return JSON.parse(fromUtf8(await artifact.layer(path)) ?? "");
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** By file or folder, what it is for; the first that fits explains a layer. */
const EXPLAINED: readonly (readonly [string, string])[] = [
  ["model/encoder.onnx", "the base's encoder as an ONNX graph with its weights; any ONNX runtime loads it"],
  ["model/student.onnx", "the student as an ONNX graph: base, adapter and heads in one, in smaller weights"],
  ["model/tokenizer.json", "the tokenizer, in the form of Hugging Face's tokenizers library"],
  ["adapter/adapter_model.safetensors", "the LoRA adapter's weights; `adapter/` is a folder that PEFT loads"],
  ["adapter/adapter_config.json", "PEFT's LoraConfig"],
  ["adapter/heads.safetensors", "weights and biases of the heads that read the encoder"],
  ["adapter/student.json", "the student's settings: labels, temperatures, thresholds, maxTokens"],
  [
    "adapter/evidence.json",
    "the examples the student learnt from: ids and answers, texts only where the task ships them",
  ],
  ["adapter/evidence.bin", "where these examples stand in the student's own space, eight bits a number"],
  ["recipes/pack.json", "the recipes: deterministic programs that answer before the student does"],
  ["recipes/certificates.json", "on what evidence each recipe was accepted"],
  ["recall/index.json", "the recall index: method, dimensions, counts"],
  ["recall/payloads.jsonl", "the passages of the corpus, a line each"],
  ["recall/", "a part of the recall index"],
  ["verifier/contract.json", "what the task reads and answers"],
  ["verifier/evals.jsonl", "the held-out evals it was measured on"],
  ["verifier/score.json", "the K-score in full"],
  ["docs/card.md", "the card: what it is for, how well it does"],
];

function readme({ manifest, id, verdict }: Artifact, extra: readonly string[]): string {
  const { name, version, summary, layers } = manifest;
  const carried = layers.filter(({ referenced }) => referenced === undefined);
  return `# ${name} ${version}
${summary === undefined ? "" : `\n${summary}\n`}
Written by \`kolm eject\` from the artifact ${id}, signed by the key ${verdict.signer.kid}. \`kolm repack <this folder> <file>.kolm\` gives that very file again, byte for byte,
as long as no file below that is marked * was changed. Everything else in this folder is for reading.

| file | what it is |
| --- | --- |
| \`manifest.json\` * | names every layer with its size and digests; its SHA-256 is the artifact's id |
| \`receipt.json\` * | the signed statement over manifest and layers (a Sigstore bundle) |
| \`chunks.bin\` * | SHA-256 of each MiB of each layer |
${carried.map((layer) => `| \`${layerFile(layer)}\` * | ${explain(layer)} |`).join("\n")}
${extra
  .map((file) => `| \`${file}\` | ${EXTRA[file] ?? ""} |`)
  .concat("| `seal/` * | what others signed about the artifact, where there is something |")
  .join("\n")}

Check a layer by hand: \`sha256sum <file>\` gives the \`sha256\` that manifest.json states for it.
${layers
  .filter(({ referenced }) => referenced === true)
  .map(absent)
  .join("")}`;
}

const EXTRA: Readonly<Record<string, string>> = {
  "recipes/pack.txt": "the recipes as text, for reading",
  "adapter/README.md": "which weights of the base the adapter is for, and how it is applied",
};

type Layer = Manifest["layers"][number];

function explain(layer: Layer): string {
  const file = layerFile(layer);
  const words = EXPLAINED.find(([start]) => file.startsWith(start))?.[1] ?? `a layer of kind ${layer.kind}`;
  return layer.sensitive === true ? `${words}; **sensitive**` : words;
}

function absent({ path, size, sha256 }: Layer): string {
  return `\nNot here: ${path}, ${size} bytes, SHA-256 ${sha256}. The artifact names its base and does not carry it; a device has it from elsewhere.\n`;
}
