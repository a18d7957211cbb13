// This file sets a decoder up for a comparison of its gradients.
import { decoderGraph, decoderParameters, decoderTrainingGraph, feedTexts } from "@kolm/onnx";
import type { DecoderSpec, Graph, TextBatch } from "@kolm/onnx";
import { numbers } from "../../support/numbers.ts";
import type { Check } from "./modules.ts";
import { crossEntropy, floats, randomParameters } from "./student.ts";

/** Random texts whose first two tokens are a prompt, the last text shorter than the others. */
export function randomTexts({ rows = 2, tokens = 6, vocabulary = 96 } = {}): TextBatch {
  const random = numbers("texts");
  const ids = BigInt64Array.from({ length: rows * tokens }, () => BigInt(Math.floor(random() * vocabulary)));
  const weights = Float32Array.from({ length: rows * tokens }, (_, place) => (place % tokens < 2 ? 0 : 0.5 + random()));
  weights.fill(0, rows * tokens - 2);
  return { rows, tokens, ids, weights };
}

/** Next-token cross-entropy, computed from all logits in double precision. */
export function decoderCheck(base: Graph, spec: DecoderSpec, batch: TextBatch): Check {
  const parameters = decoderParameters(base, spec);
  return {
    gradients: decoderTrainingGraph(base, spec),
    forward: decoderGraph(base, spec),
    feeds: { ...randomParameters(parameters), ...feedTexts(batch, spec) },
    parameters: parameters.map(({ name }) => name),
    loss: (outputs) => nextTokenLoss(floats(outputs, spec.logits), batch),
  };
}

export function nextTokenLoss(logits: readonly number[], { rows, tokens, ids, weights }: TextBatch): number {
  const classes = logits.length / (rows * tokens);
  // Position t predicts the id at t + 1; the last of a text predicts nothing.
  const next = ids.map((_, place) => ids[place + 1] ?? 0n);
  const targets = [...next].flatMap((id) =>
    Array.from({ length: classes }, (_, place) => Number(place === Number(id))),
  );
  const shares = [...weights.keys()].map((place) => ((place + 1) % tokens === 0 ? 0 : (weights[place + 1] ?? 0)));
  return crossEntropy(logits, targets, shares);
}
