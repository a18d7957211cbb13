// This file finds the weights that LoRA can adapt.
import { KolmError } from "@kolm/format";
import { floatAttribute, intAttribute } from "../build/attributes.ts";
import type { Graph, Node } from "../graph.ts";

/** A RegExp, or text: with "*" a pattern for the whole name, without it a name or a run of its segments between ".", "/" or ":". */
export type TargetPattern = string | RegExp;

/** One constant 2-D weight and every MatMul or Gemm it multiplies in. */
export type LoraTarget = {
  readonly weight: string;
  readonly rows: number;
  readonly columns: number;
  /** Stored [out, in], as Gemm with transB reads it. */
  readonly transposed: boolean;
  /** The product is scaled by this (Gemm's alpha). */
  readonly gain: number;
  readonly nodes: readonly Node[];
};

/** Adaptable weights whose name, or whose node's name, matches a pattern, in graph order; each pattern must match one. */
export function findTargets(graph: Graph, patterns: readonly TargetPattern[]): readonly LoraTarget[] {
  const candidates = adaptable(graph);
  const chosen = new Set<LoraTarget>();
  for (const pattern of patterns) {
    const matched = candidates.filter(({ weight, nodes }) =>
      [weight, ...nodes.map(({ name }) => name)].some(matcher(pattern)),
    );
    if (matched.length === 0) throw unmatched(pattern, candidates);
    for (const target of matched) chosen.add(target);
  }
  return candidates.filter((candidate) => chosen.has(candidate));
}

function unmatched(pattern: TargetPattern, candidates: readonly LoraTarget[]): KolmError {
  const shown = candidates.slice(0, 12).map(({ weight, nodes }) => `${weight} (${nodes[0]?.name ?? ""})`);
  return new KolmError("LORA_TARGET", `no adaptable weight matches ${String(pattern)}`, {
    hint: `The model has ${candidates.length}: ${shown.join(", ")}${candidates.length > shown.length ? ", …" : ""}`,
  });
}

function adaptable(graph: Graph): LoraTarget[] {
  const byWeight = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    const weight = node.inputs[1] ?? "";
    const tensor = graph.initializers.get(weight);
    const multiplies =
      node.domain === "" && (node.op === "MatMul" || (node.op === "Gemm" && intAttribute(node, "transA", 0) === 0));
    if (!multiplies || tensor?.type !== "float32" || tensor.dims.length !== 2) continue;
    byWeight.set(weight, [...(byWeight.get(weight) ?? []), node]);
  }
  return [...byWeight].flatMap(([weight, nodes]) => {
    const [first] = nodes;
    const [stored = 0, other = 0] = graph.initializers.get(weight)?.dims ?? [];
    if (
      first === undefined ||
      !nodes.every((node) => isTransposed(node) === isTransposed(first) && gainOf(node) === gainOf(first))
    )
      return [];
    const transposed = isTransposed(first);
    const [rows, columns] = transposed ? [other, stored] : [stored, other];
    return [{ weight, rows, columns, transposed, gain: gainOf(first), nodes }];
  });
}

function isTransposed(node: Node): boolean {
  return node.op === "Gemm" && intAttribute(node, "transB", 0) !== 0;
}

function gainOf(node: Node): number {
  return node.op === "Gemm" ? floatAttribute(node, "alpha", 1) : 1;
}

function matcher(pattern: TargetPattern): (name: string) => boolean {
  if (typeof pattern !== "string") return (name) => name.search(pattern) >= 0;
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
  const expression = pattern.includes("*")
    ? new RegExp(`^${escaped.replaceAll("*", ".*")}$`, "s")
    : new RegExp(`(^|[./:])${escaped}($|[./:])`);
  return (name) => expression.test(name);
}
