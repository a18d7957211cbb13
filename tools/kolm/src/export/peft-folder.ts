// This file lays an artifact's adapter out as the folder that PEFT loads, with a README that says which weights it is for.
import type { Artifact } from "@kolm/format";
import { KolmError } from "@kolm/format";
import { LAYER, moduleOf, StudentFile } from "@kolm/runtime";
import { jsonLayer } from "../artifact-file.ts";

/** The files of a PEFT folder by name; KolmError EXPORT_NO_ADAPTER when the artifact carries none. */
export async function peftFolder(artifact: Artifact): Promise<ReadonlyMap<string, Uint8Array>> {
  if (!artifact.has(LAYER.student)) throw noAdapter("it has no student");
  const student = StudentFile.parse(await jsonLayer(artifact, LAYER.student));
  if (!artifact.has(LAYER.adapter)) throw noAdapter("its adapter is merged into its weights");
  if (student.lora === null) throw noAdapter("its student has heads alone, on the base as it is");
  return new Map([
    ["adapter_model.safetensors", await artifact.layer(LAYER.adapter)],
    ["adapter_config.json", await artifact.layer(LAYER.adapterConfig)],
    ["heads.safetensors", await artifact.layer(LAYER.heads)],
    ["student.json", await artifact.layer(LAYER.student)],
    ["README.md", new TextEncoder().encode(readme(artifact, student))],
  ]);
}

function noAdapter(why: string): KolmError {
  return new KolmError("EXPORT_NO_ADAPTER", `the artifact carries no LoRA adapter: ${why}`, {
    hint: "Compile the task with student.weights: fp32 and at least one of student.targets.",
  });
}

function readme({ manifest }: Artifact, { lora, heads, encoder }: StudentFile): string {
  const { name, version, base } = manifest;
  const targets = lora?.targets.map((weight) => `| \`${moduleOf(weight)}\` | \`${weight}\` |`) ?? [];
  const rows = heads.map(
    ({ name, kind, labels, temperature }) => `| \`${name}\` | ${kind} | ${labels.join(", ")} | ${temperature} |`,
  );
  return `# ${name} ${version}: LoRA adapter

Base: ${base === undefined ? "unnamed" : `${base.name}, ONNX of SHA-256 ${base.sha256}`}, inputs \`${encoder.ids}\` and \`${encoder.mask}\`.

| file | holds |
| --- | --- |
| \`adapter_model.safetensors\` | per module \`base_model.model.<module>.lora_A.weight\` [r, in] and \`….lora_B.weight\` [out, r], float32 |
| \`adapter_config.json\` | PEFT's LoraConfig |
| \`heads.safetensors\` | per head \`<head>.weight\` [in, classes] and \`<head>.bias\` [classes], float32 |
| \`student.json\` | labels in class order, temperatures, thresholds |

A module's product is \`x·W + (lora_alpha / r) · (x·Aᵀ)·Bᵀ\`, with W stored in the base as [in, out] (a Gemm with transB stores [out, in]).
Merged, W becomes \`W + (lora_alpha / r) · (B·A)ᵀ\`. Class heads read the base's output \`${encoder.pooled}\`, span heads \`${encoder.tokens}\`:
\`logits = v·weight + bias\`.

| module | weight of the base |
| --- | --- |
${targets.join("\n")}

| head | kind | classes | temperature |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}
