// This file makes a small real artifact for tests: the built-in base, an adapter and heads of seeded random weights.
import { canonicalBytes } from "@kolm/format";
import { createRng } from "@kolm/stage";
import { decodeModel, initialWeights, studentParameters, type Weights, writeSafetensors } from "@kolm/onnx";
import { LAYER, type LayerReader, specOf, type StudentFile, toPeft } from "@kolm/runtime";
import { runBase, useLite, type Written } from "../base/opened.ts";

let base: Promise<Written> | undefined;
/** The converted built-in base, made once a process. */
export const openBase = (): Promise<Written> => (base ??= runBase(useLite()));

export const CONTRACT = {
  input: { type: "text", maxLength: 500 },
  output: {
    pool: { type: "enum", values: ["refund", "delivery", "other"] },
    urgent: { type: "boolean" },
    order: { type: "span" },
    people: { type: "spans", labels: ["name", "place"] },
  },
} as const;

export const STUDENT: StudentFile = {
  encoder: { ids: "ids", mask: "mask", tokens: "tokens", pooled: "pooled" },
  lora: { rank: 2, alpha: 4, targets: ["attention", "ffn", "pool"] },
  heads: [
    { name: "pool", field: "pool", kind: "enum", labels: ["refund", "delivery", "other"], temperature: "1.5" },
    { name: "urgent", field: "urgent", kind: "boolean", labels: ["false", "true"], temperature: "1" },
    { name: "order", field: "order", kind: "span", labels: ["order"], temperature: "1" },
    { name: "people", field: "people", kind: "spans", labels: ["name", "place"], temperature: "2" },
    { name: "$scope", field: "$scope", kind: "scope", labels: ["in", "out"], temperature: "1" },
  ],
  sureness: { slope: "1", offset: "0" },
  thresholds: { confidence: "0", scope: "0" },
  maxTokens: 128,
};

/** Weights of adapter and heads; A and heads random, B random too so that the adapter does something. */
export function randomWeights(file: StudentFile, model: Uint8Array): Weights {
  const rng = createRng("small artifact");
  const initial = initialWeights(studentParameters(decodeModel(model), specOf(file)), () => rng.uniform());
  return new Map(
    [...initial].map(([name, { dims, data }]) => [
      name,
      { dims, data: name.endsWith("lora_B") ? data.map(() => 0.02 * rng.normal()) : data },
    ]),
  );
}

/** UTF-8 of a text, or of a value as canonical JSON, which is what sealed JSON must be. */
export const utf8 = (value: unknown): Uint8Array =>
  typeof value === "string" ? new TextEncoder().encode(value) : canonicalBytes(value);

const RECIPES = {
  format: "kolm/recipes-1",
  recipes: [
    {
      id: "order-number",
      field: "order",
      gives: "span",
      nodes: [
        { op: "find", pattern: "#[0-9]{4,6}" },
        { op: "pick", of: 0, at: "only" },
      ],
    },
    {
      id: "urgent-words",
      field: "urgent",
      gives: "boolean",
      nodes: [{ op: "input" }, { op: "contains", of: 0, any: ["right now"] }],
    },
  ],
};

/** All layers of the small artifact by path. */
export async function smallLayers(student: StudentFile = STUDENT): Promise<Map<string, Uint8Array>> {
  const { model, tokenizer } = await openBase();
  const weights = randomWeights(student, model);
  const isAdapter = (name: string): boolean => /\.lora_[AB]$/.test(name);
  return new Map([
    [LAYER.contract, utf8(CONTRACT)],
    [LAYER.encoder, model],
    [LAYER.tokenizer, tokenizer],
    [LAYER.student, utf8(student)],
    [
      LAYER.adapter,
      writeSafetensors(toPeft(new Map([...weights].filter(([name]) => isAdapter(name)))), { format: "pt" }),
    ],
    [LAYER.heads, writeSafetensors(new Map([...weights].filter(([name]) => !isAdapter(name))))],
    [LAYER.recipes, utf8(RECIPES)],
  ]);
}

/** A reader over layers that remembers what was asked for. */
export function readerOf(layers: ReadonlyMap<string, Uint8Array>): LayerReader & { readonly asked: string[] } {
  const asked: string[] = [];
  const read: LayerReader = async (path) => {
    asked.push(path);
    return layers.get(path);
  };
  return Object.assign(read, { asked });
}
