// This file makes the student graph: a base encoder with adapters and heads, the same for training as for answering.
import { KolmError } from "@kolm/format";
import { GraphBuilder } from "../build/builder.ts";
import { tidy } from "../build/tidy.ts";
import type { Dim, Graph } from "../graph.ts";
import { inferShapes } from "../shapes/table.ts";
import { floatTensor } from "../tensor.ts";
import { injectLora, loraParameters, mergeLora } from "./lora.ts";
import { poolEarly } from "./pooling.ts";
import { weightsOf } from "./weights.ts";
import type { Parameter, Weights } from "./weights.ts";

/** A linear head over the pooled vector, or over each token's vector; weight multiplies its loss (default 1). */
export type HeadSpec = {
  readonly name: string;
  readonly on: "pooled" | "tokens";
  readonly classes: number;
  readonly weight?: number;
};

/** Value names in the base graph: inputs int64 [batch, tokens], outputs float32 [batch, width] and [batch, tokens, width]. */
export type EncoderNames = {
  readonly ids: string;
  readonly mask: string;
  readonly pooled: string;
  readonly tokens: string;
};

export type StudentSpec = {
  readonly encoder: EncoderNames;
  readonly lora: { readonly rank: number; readonly alpha: number; readonly targets: readonly string[] } | null;
  readonly heads: readonly HeadSpec[];
};

/** Name of a head's output: [batch, classes] or [batch, tokens, classes]. */
export function logitsName(head: HeadSpec): string {
  return `logits/${head.name}`;
}

/** Everything that is trained, in the order that training and files use. */
export function studentParameters(base: Graph, spec: StudentSpec): readonly Parameter[] {
  const adapters = spec.lora === null ? [] : loraParameters(reachable(base, spec), spec.lora);
  return [...adapters, ...headParameters(base, spec)];
}

function headParameters(base: Graph, { encoder, heads }: StudentSpec): readonly Parameter[] {
  const shapes = inferShapes(base);
  return heads.flatMap(({ name, on, classes }): readonly Parameter[] => {
    const width = shapes.dims(encoder[on]).at(-1);
    if (typeof width !== "number") {
      throw new KolmError("STUDENT_WIDTH", `the width of ${JSON.stringify(encoder[on])} is not a fixed number`);
    }
    return [
      { name: `${name}.weight`, dims: [width, classes], group: "head" },
      { name: `${name}.bias`, dims: [classes], group: "head" },
    ];
  });
}

/** The inference graph: adapters merged into the base, heads as constants; outputs `logits/<head>` and `pooled`. */
export function mergeStudent(base: Graph, spec: StudentSpec, weights: Weights): Graph {
  return studentGraph(base, spec, weights);
}

/** The student; parameters are constants where weights are given and graph inputs otherwise. */
export function studentGraph(base: Graph, spec: StudentSpec, weights: Weights | null): Graph {
  const encoder = adapted(reachable(base, spec), spec, weights);
  const builder = GraphBuilder.from(encoder);
  for (const parameter of headParameters(encoder, spec)) {
    if (weights === null) builder.input(parameter.name, "float32", parameter.dims);
    else builder.initializer(parameter.name, floatTensor(weightsOf(weights, parameter), parameter.dims));
  }
  const shapes = inferShapes(encoder);
  for (const head of spec.heads) {
    const vectors = spec.encoder[head.on];
    const [product] = builder.node("MatMul", [vectors, `${head.name}.weight`]);
    builder.node("Add", [product, `${head.name}.bias`], {}, { outputs: [logitsName(head)] });
    builder.output(logitsName(head), "float32", [...shapes.dims(vectors).slice(0, -1), head.classes]);
  }
  const { pooled } = spec.encoder;
  if (pooled !== "pooled") builder.node("Identity", [pooled], {}, { outputs: ["pooled"] });
  builder.output("pooled", "float32", shapes.dims(pooled));
  return builder.build();
}

function adapted(base: Graph, { lora }: StudentSpec, weights: Weights | null): Graph {
  if (lora === null) return base;
  return weights === null ? poolEarly(injectLora(base, lora)) : mergeLora(base, lora, weights);
}

/** The part of the base that the student uses. */
function reachable(base: Graph, { encoder, heads }: StudentSpec): Graph {
  const names = heads.some(({ on }) => on === "tokens") ? [encoder.pooled, encoder.tokens] : [encoder.pooled];
  for (const name of names) {
    if (!base.outputs.some((output) => output.name === name)) throw missing(name, "output", base.outputs);
  }
  for (const name of [encoder.ids, encoder.mask]) {
    if (!base.inputs.some((input) => input.name === name)) throw missing(name, "input", base.inputs);
  }
  const surplus = base.inputs.filter(({ name }) => name !== encoder.ids && name !== encoder.mask);
  if (surplus.length > 0) {
    throw new KolmError(
      "STUDENT_ENCODER",
      `the base has inputs beside ids and mask: ${surplus.map(({ name }) => name)}`,
      {
        hint: "Give them constant values in the graph, such as zeros for token types.",
      },
    );
  }
  return tidy(base, names);
}

function missing(name: string, kind: string, values: readonly { name: string; dims: readonly Dim[] }[]): KolmError {
  return new KolmError("STUDENT_ENCODER", `the base has no ${kind} ${JSON.stringify(name)}`, {
    hint: `It has ${values.map((value) => `${value.name} [${value.dims.join(",")}]`).join(", ")}.`,
  });
}
