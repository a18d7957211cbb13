// This file is `kolm inspect`: the cover of an artifact and what stands inside it.
import { LAYER, StudentFile } from "@kolm/runtime";
import { renderCover, Score } from "@kolm/stage";
import type { Artifact, Manifest } from "@kolm/format";
import { jsonLayer, openArtifactFile } from "../artifact-file.ts";
import type { Command } from "../command.ts";

export const inspect: Command = {
  name: "inspect",
  summary: "Shows the cover: K and its axes, base, adapter, counts, digests.",
  operands: [{ name: "file", required: true, summary: "a .kolm file" }],
  flags: {},
  examples: ["kolm inspect dist/support-bot.kolm", "kolm inspect dist/support-bot.kolm --json"],
  run: async ({ operands: [file = ""], flags }) => {
    await using opened = await openArtifactFile(file);
    const { artifact } = opened;
    const score = Score.parse(await jsonLayer(artifact, "layers/verifier/score.json"));
    const contents = await describeContents(artifact);
    if (flags["json"] === true)
      console.log(
        JSON.stringify({
          id: artifact.id,
          manifest: artifact.manifest,
          score,
          contents,
          signer: artifact.verdict.signer,
        }),
      );
    else console.log(render(file, { artifact, score, contents }));
    return 0;
  },
};

type Contents = Readonly<Record<string, string>>;

/** One line for each part of the artifact that is there. */
async function describeContents(artifact: Artifact): Promise<Contents> {
  const contents: Record<string, string> = {};
  const { base } = artifact.manifest;
  if (base) contents["base"] = `${base.name} (sha256 ${base.sha256.slice(0, 16)}…)`;
  if (artifact.has(LAYER.student)) {
    const student = StudentFile.parse(await jsonLayer(artifact, LAYER.student));
    contents["adapter"] = describeAdapter(student);
    contents["weights"] = describeWeights(student);
  }
  if (artifact.has("layers/recipes/pack.json")) contents["recipes"] = await describeRecipes(artifact);
  if (artifact.has("layers/recall/index.json")) contents["recall"] = await describeRecall(artifact);
  const evals = new TextDecoder().decode(await artifact.layer("layers/verifier/evals.jsonl"));
  contents["evals"] = `${evals.split("\n").filter((line) => line !== "").length} rows`;
  return contents;
}

function describeAdapter({ lora, heads, weights }: StudentFile): string {
  const adapter = lora === null ? "no LoRA" : `LoRA rank ${lora.rank}${weights === undefined ? "" : ", merged"}`;
  return `${adapter}, heads ${heads.map(({ name }) => name).join(", ")}`;
}

/** What smaller weights cost, as training measured it. */
function describeWeights({ weights }: StudentFile): string {
  if (weights === undefined) return "float32";
  const { format, rows, fp32, shipped } = weights;
  if (rows === 0) return `${format}, their cost not measured: too few examples`;
  return `${format}: ${shipped} right of ${rows} held-out examples, ${fp32} with float32`;
}

async function describeRecipes(artifact: Artifact): Promise<string> {
  const { accepted } = (await jsonLayer(artifact, "layers/recipes/certificates.json")) as {
    accepted: readonly { readonly field: string; readonly lowerBound: string }[];
  };
  if (accepted.length === 0) return "none was certain enough";
  const rules = accepted.map(({ field, lowerBound }) => `${field} >= ${lowerBound}`);
  return `${accepted.length} certified rules (precision: ${rules.join(", ")})`;
}

async function describeRecall(artifact: Artifact): Promise<string> {
  const { count, spaces, keywords } = (await jsonLayer(artifact, "layers/recall/index.json")) as {
    count: number;
    spaces: readonly {
      readonly name: string;
      readonly count: number;
      readonly dims: number;
      readonly graph: unknown;
    }[];
    keywords: unknown;
  };
  const searched = spaces.map(
    ({ name, count: vectors, dims, graph }) =>
      `${name}: ${vectors} × ${dims}, ${graph === null ? "exact" : "graph"} search`,
  );
  return `${count} passages (${[...searched, ...(keywords === null ? [] : ["keywords"])].join("; ")})`;
}

function render(
  file: string,
  { artifact, score, contents }: { artifact: Artifact; score: Score; contents: Contents },
): string {
  const { name, version, layers } = artifact.manifest;
  const parts = Object.entries(contents).map(([part, words]) => `  ${part.padEnd(9)} ${words}`);
  return [
    renderCover(`${name} ${version}   ${file}`, score),
    "",
    ...parts,
    "",
    `  artifact  ${artifact.id}`,
    `  signer    ${artifact.verdict.signer.kid}`,
    ...layers.map(layerLine),
  ].join("\n");
}

function layerLine({ path, size, sha256, referenced }: Manifest["layers"][number]): string {
  const where = referenced ? " (referenced, not in the file)" : "";
  return `  ${sha256.slice(0, 16)}…  ${String(size).padStart(10)}  ${path}${where}`;
}
