// This file adds low-rank adapters to a graph (Hu et al., arXiv:2106.09685) or merges them into its weights.
import { attr } from "../build/attributes.ts";
import { GraphBuilder } from "../build/builder.ts";
import { tidy } from "../build/tidy.ts";
import type { Graph, Node, Tensor } from "../graph.ts";
import { floatTensor, floatsOf } from "../tensor.ts";
import { findTargets } from "./targets.ts";
import type { LoraTarget, TargetPattern } from "./targets.ts";
import { weightsOf } from "./weights.ts";
import type { Parameter, Weights } from "./weights.ts";

export type LoraOptions = { readonly targets: readonly TargetPattern[]; readonly rank: number; readonly alpha: number };

/** The adapters a graph would get: per weight A [in, rank] and B [rank, out]. */
export function loraParameters(graph: Graph, { targets, rank }: LoraOptions): readonly Parameter[] {
  return findTargets(tidy(graph), targets).flatMap((target) => parametersOf(target, rank));
}

function parametersOf({ weight, rows, columns }: LoraTarget, rank: number): readonly [Parameter, Parameter] {
  return [
    { name: `${weight}.lora_A`, dims: [rows, rank], group: "lora_A" },
    { name: `${weight}.lora_B`, dims: [rank, columns], group: "lora_B" },
  ];
}

/** y = xW + ((x·A)·B)·α/r for each target; A and B become graph inputs named `<weight>.lora_A` and `<weight>.lora_B`. */
export function injectLora(graph: Graph, options: LoraOptions): Graph {
  const clean = tidy(graph);
  const targets = findTargets(clean, options.targets);
  const builder = new GraphBuilder(clean.name, { "com.microsoft": 1, ...clean.opsets });
  for (const { name, type, dims } of clean.inputs) builder.input(name, type, dims);
  for (const [name, tensor] of clean.initializers) builder.initializer(name, tensor);
  const adapted = new Map<Node, LoraTarget>();
  for (const target of targets) {
    for (const { name, dims } of parametersOf(target, options.rank)) builder.input(name, "float32", dims);
    for (const node of target.nodes) adapted.set(node, target);
  }
  for (const node of clean.nodes) {
    const target = adapted.get(node);
    if (target === undefined) builder.append(node);
    else adapt(builder, { node, target, factor: options.alpha / options.rank });
  }
  for (const { name, type, dims } of clean.outputs) builder.output(name, type, dims);
  return builder.build();
}

type Adaptation = { readonly node: Node; readonly target: LoraTarget; readonly factor: number };

function adapt(builder: GraphBuilder, { node, target, factor }: Adaptation): void {
  const [output = "", ...rest] = node.outputs;
  const plain = builder.fresh(output);
  builder.append({ ...node, outputs: [plain, ...rest] });
  const [down] = builder.node("MatMul", [node.inputs[0] ?? "", `${target.weight}.lora_A`]);
  const [up] = builder.node(
    "FusedMatMul",
    [down, `${target.weight}.lora_B`],
    { alpha: attr.float(factor) },
    { domain: "com.microsoft" },
  );
  builder.node("Add", [plain, up], {}, { outputs: [output] });
}

/** The same function with W + A·B·α/r in the place of each target's W: no adapter inputs, no cost. */
export function mergeLora(graph: Graph, options: LoraOptions, weights: Weights): Graph {
  const clean = tidy(graph);
  const initializers = new Map(clean.initializers);
  const renamed = new Map<Node, string>();
  for (const target of findTargets(clean, options.targets)) {
    const [down, up] = parametersOf(target, options.rank);
    const base = clean.initializers.get(target.weight);
    if (base === undefined) continue;
    const factor = options.alpha / options.rank / target.gain;
    const merged = merge({
      base,
      target,
      factor,
      rank: options.rank,
      down: weightsOf(weights, down),
      up: weightsOf(weights, up),
    });
    // A tied weight, such as an embedding that is also read by Gather, keeps its base value elsewhere.
    const elsewhere = clean.nodes.some((node) => node.inputs.includes(target.weight) && !target.nodes.includes(node));
    const name = elsewhere ? `${target.weight}.merged` : target.weight;
    initializers.set(name, merged);
    for (const node of target.nodes) renamed.set(node, name);
  }
  const nodes = clean.nodes.map((node): Node => {
    const name = renamed.get(node);
    return name === undefined ? node : { ...node, inputs: node.inputs.with(1, name) };
  });
  return { ...clean, initializers, nodes };
}

type Merge = {
  readonly base: Tensor;
  readonly target: LoraTarget;
  readonly factor: number;
  readonly rank: number;
  readonly down: Float32Array;
  readonly up: Float32Array;
};

function merge({ base, target, factor, rank, down, up }: Merge): Tensor {
  const { rows, columns, transposed } = target;
  const merged = Float32Array.from(floatsOf(base));
  const line = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    line.fill(0);
    for (let inner = 0; inner < rank; inner++) {
      const scaled = (down[row * rank + inner] ?? 0) * factor;
      for (let column = 0; column < columns; column++) {
        line[column] = (line[column] ?? 0) + scaled * (up[inner * columns + column] ?? 0);
      }
    }
    for (let column = 0; column < columns; column++) {
      const at = transposed ? column * rows + row : row * columns + column;
      merged[at] = (merged[at] ?? 0) + (line[column] ?? 0);
    }
  }
  return floatTensor(merged, base.dims);
}
