// This file turns a model as exporters write it into a graph that can be adapted, differentiated, trained.
import { tidy } from "../build/tidy.ts";
import type { Dim, Graph } from "../graph.ts";
import { decodeModel } from "../proto/decode.ts";
import { checkWellFormed } from "../proto/wellformed.ts";
import { inferShapes } from "../shapes/table.ts";
import { fold } from "./fold.ts";
import { fuse } from "./fuse/fuse.ts";
import { nameWeights } from "./names.ts";
import { raiseOpset } from "./opset.ts";
import { checkPrecision } from "./precision.ts";

export type ImportOptions = {
  /** Dimensions to take inputs with, by input name, in place of those the file states. */
  readonly inputs?: Readonly<Record<string, readonly Dim[]>>;
};

/**
 * The graph of an exporter-made ONNX file (operator set 11 or later, fp32): the same function of its inputs, at operator
 * set 17 or later, with Shape arithmetic folded as far as dimensions are known, decomposed norms and GELUs as one node
 * each, weights without a name of their own named after their module. Throws KolmError: what decodeModel throws,
 * ONNX_OPSET, ONNX_OPERATOR naming operator and node, ONNX_NOT_FLOAT32 naming weight or node, ONNX_SHAPE.
 */
export function importModel(bytes: Uint8Array, options: ImportOptions = {}): Graph {
  return importGraph(decodeModel(bytes), options);
}

/** The same for a graph already read. */
export function importGraph(graph: Graph, { inputs = {} }: ImportOptions = {}): Graph {
  const declared = graph.inputs.map((input) => ({ ...input, dims: inputs[input.name] ?? input.dims }));
  const raised = tidy(raiseOpset({ ...graph, inputs: declared }));
  checkPrecision(raised);
  const simple = nameWeights(tidy(fuse(tidy(fold(raised)))));
  // What was changed must be sound: a failure here is better than one in the middle of training.
  checkWellFormed(simple);
  inferShapes(simple);
  return simple;
}
