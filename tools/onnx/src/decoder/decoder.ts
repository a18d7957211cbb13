// This file makes a decoder with adapters, its output head apart and frozen.
import { KolmError } from "@kolm/format";
import { describe } from "../build/attributes.ts";
import { GraphBuilder } from "../build/builder.ts";
import { tidy } from "../build/tidy.ts";
import type { Graph, Tensor } from "../graph.ts";
import { inferShapes } from "../shapes/table.ts";
import { injectLora, loraParameters } from "../student/lora.ts";
import type { LoraOptions } from "../student/lora.ts";
import type { Parameter } from "../student/weights.ts";

/** A language model: ids int64 [batch, tokens] in, logits float32 [batch, tokens, vocabulary] out. */
export type DecoderSpec = {
  readonly ids: string;
  readonly logits: string;
  /** "*" means every linear layer but the output head, which stays frozen, as PEFT's "all-linear" does. */
  readonly lora: LoraOptions;
  /** How many parts the loss rows are cut into: the logits of one part at a time are kept. */
  readonly chunks: number;
};

/** The output head: logits = hidden · weight, weight [width, vocabulary]. */
export type Head = {
  readonly hidden: string;
  readonly weight: string;
  readonly tensor: Tensor;
  readonly width: number;
};

/** The adapters that are trained, in the order that training and files use. */
export function decoderParameters(base: Graph, spec: DecoderSpec): readonly Parameter[] {
  return loraParameters(bodyOf(base, spec).body, spec.lora);
}

/** The decoder with adapters as inputs; its output is the logits. */
export function decoderGraph(base: Graph, spec: DecoderSpec): Graph {
  const { builder, head } = adaptedBody(base, spec);
  builder.node("MatMul", [head.hidden, head.weight], {}, { outputs: [spec.logits] });
  builder.output(spec.logits, "float32", inferShapes(base).dims(spec.logits));
  return builder.build();
}

/** A builder over everything below the head, adapters injected; the head's weight is there, its product is not. */
export function adaptedBody(base: Graph, spec: DecoderSpec): { readonly builder: GraphBuilder; readonly head: Head } {
  const { body, head } = bodyOf(base, spec);
  const builder = GraphBuilder.from(injectLora(body, spec.lora));
  if (!builder.has(head.weight)) builder.initializer(head.weight, head.tensor);
  return { builder, head };
}

function bodyOf(base: Graph, spec: DecoderSpec): { readonly body: Graph; readonly head: Head } {
  const surplus = base.inputs.filter(({ name }) => name !== spec.ids);
  if (surplus.length > 0 || base.inputs.length !== 1) {
    const names = base.inputs.map(({ name }) => name).join(", ");
    throw new KolmError("DECODER_INPUTS", `the decoder's inputs are ${names}, expected ${spec.ids} alone`, {
      hint: "Export it without cache (use_cache=False), with the causal mask inside.",
    });
  }
  const head = headOf(base, spec);
  const dims = inferShapes(base).dims(head.hidden);
  const body = { ...base, outputs: [{ name: head.hidden, type: "float32" as const, dims }] };
  return { body: tidy(body), head };
}

function headOf(base: Graph, { logits }: DecoderSpec): Head {
  const node = base.nodes.find(({ outputs }) => outputs[0] === logits);
  const [hidden = "", weight = ""] = node?.inputs ?? [];
  const tensor = base.initializers.get(weight);
  if (node?.op === "MatMul" && node.domain === "" && tensor?.type === "float32" && tensor.dims.length === 2)
    return { hidden, weight, tensor, width: tensor.dims[0] ?? 0 };
  const found = node === undefined ? "is made by no node" : `is made by ${describe(node)}`;
  throw new KolmError("DECODER_HEAD", `${JSON.stringify(logits)} ${found}, expected a MatMul with a constant weight`, {
    hint: "Export the decoder with logits as the plain product of hidden states and output embedding.",
  });
}
