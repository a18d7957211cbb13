// This file adds next-token cross-entropy to a decoder, a part of the positions at a time, as the seed of the backward pass.
import { attr } from "../build/attributes.ts";
import type { GraphBuilder } from "../build/builder.ts";
import { differentiate } from "../gradient/differentiate.ts";
import type { Graph } from "../graph.ts";
import { LOSS } from "../train/loss.ts";
import { adaptedBody, decoderParameters } from "./decoder.ts";
import type { DecoderSpec, Head } from "./decoder.ts";

/** Inputs, each [chunks, positions]: the row of [batch · tokens] that predicts, the id it should predict, its weight. */
export const ROWS = "loss/rows";
export const NEXT = "loss/next";
export const WEIGHT = "loss/weight";

/** Keeps a batch without loss rows from dividing by zero. */
const SMALLEST_WEIGHT = 1e-8;

/**
 * Forward, loss and backward as one graph: outputs "loss", which is Σ w·(−log p(next)) ÷ Σ w, and a gradient per
 * parameter. With a frozen head E the gradient of the hidden states is w·(softmax(hE) − onehot(next))·Eᵀ: each part
 * computes it together with its loss, so that no more than one part's logits need to be kept for the backward pass.
 */
export function decoderTrainingGraph(base: Graph, spec: DecoderSpec): Graph {
  const { builder, head } = adaptedBody(base, spec);
  for (const [name, type] of [
    [ROWS, "int64"],
    [NEXT, "int64"],
    [WEIGHT, "float32"],
  ] as const)
    builder.input(name, type, [spec.chunks, "positions"]);
  const [flat] = builder.node("Reshape", [head.hidden, builder.ints([-1, head.width])]);
  const [hidden] = builder.node("Gather", [flat, ROWS]);
  const cut = (value: string): readonly string[] =>
    builder.node("Split", [value], { axis: attr.int(0) }, { outputs: spec.chunks });
  const [pieces, nexts, shares] = [cut(hidden), cut(NEXT), cut(shareOf(builder))];
  const parts = pieces.map((piece, index) =>
    partOf(builder, head, { hidden: piece, next: nexts[index] ?? "", share: shares[index] ?? "" }),
  );
  const [losses] = builder.node(
    "Concat",
    parts.map(({ loss }) => loss),
    { axis: attr.int(0) },
  );
  builder.node("ReduceSum", [losses], { keepdims: attr.int(0) }, { outputs: [LOSS] });
  builder.output(LOSS, "float32", []);
  const [seed] = builder.node(
    "Concat",
    parts.map(({ seed: one }) => one),
    { axis: attr.int(0) },
  );
  // A scalar whose gradient with respect to the hidden states is the seed; the seed itself counts as a constant.
  const [along] = builder.node("Mul", [hidden, seed]);
  const [seeded] = builder.node("ReduceSum", [along], { keepdims: attr.int(0) });
  const wrt = decoderParameters(base, spec).map(({ name }) => name);
  return differentiate(builder.build(), { loss: seeded, wrt, detached: pieces });
}

function shareOf(builder: GraphBuilder): string {
  const [mass] = builder.node("ReduceSum", [WEIGHT], { keepdims: attr.int(0) });
  return builder.node("Div", [WEIGHT, builder.node("Max", [mass, builder.floats([SMALLEST_WEIGHT])])[0]])[0];
}

type Part = { readonly hidden: string; readonly next: string; readonly share: string };

/** One part's loss [1] and its gradient with respect to the part's hidden states [1, positions, width]. */
function partOf(
  builder: GraphBuilder,
  { weight }: Head,
  { hidden, next, share }: Part,
): { loss: string; seed: string } {
  const column = (value: string): string => builder.node("Unsqueeze", [value, builder.ints([-1])])[0];
  const [logits] = builder.node("MatMul", [hidden, weight]);
  const [logs] = builder.node("LogSoftmax", [logits], { axis: attr.int(-1) });
  const [likelihoods] = builder.node("GatherElements", [logs, column(next)], { axis: attr.int(-1) });
  const [weighted] = builder.node("Mul", [likelihoods, column(share)]);
  const [sum] = builder.node("ReduceSum", [weighted, builder.ints([1, 2])], { keepdims: attr.int(0) });
  const [loss] = builder.node("Neg", [sum]);
  const [shares] = builder.node("Mul", [builder.node("Exp", [logs])[0], column(share)]);
  const [towards] = builder.node("FusedMatMul", [shares, weight], { transB: attr.int(1) }, { domain: "com.microsoft" });
  const [columns] = builder.node("Gather", [weight, next], { axis: attr.int(1) });
  const [wanted] = builder.node("Transpose", [columns], { perm: attr.ints([1, 2, 0]) });
  const [away] = builder.node("Mul", [wanted, column(share)]);
  return { loss, seed: builder.node("Sub", [towards, away])[0] };
}
