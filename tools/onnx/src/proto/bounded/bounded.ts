// This file makes a model file of unknown origin fit for ONNX Runtime: read, bounded, and written anew.
import { KolmError } from "@kolm/format";
import type { Graph } from "../../graph.ts";
import { decodeModel } from "../decode.ts";
import { encodeModel } from "../encode.ts";
import { checkFields } from "./fields.ts";
import { checkBlocks } from "./blocks.ts";
import { checkSizes } from "./sizes.ts";

/**
 * The model in kolm's own bytes, so that ONNX Runtime's parser never sees anybody else's and what it does not agree on with
 * this one (repeated fields, unknown ones) cannot matter. Throws what decodeBounded throws.
 */
export function boundedModel(bytes: Uint8Array): Uint8Array {
  return encodeModel(decodeBounded(bytes));
}

/**
 * The graph of a model file that may be hostile. Besides what decodeModel refuses, KolmError ONNX_LIMIT for more fields, numbers,
 * text or axes than a model needs, ONNX_OPERATOR for operators outside the table of known shapes, ONNX_OPSET, ONNX_SHAPE for
 * tensors that do not fit their operator, ONNX_UNBOUNDED for values too large to compute or of a size only the run would show.
 */
export function decodeBounded(bytes: Uint8Array): Graph {
  checkFields(bytes);
  const graph = withKnownDomains(decodeModel(bytes));
  checkBlocks(graph);
  checkSizes(graph);
  return graph;
}

/** The first operator set whose forms are known here, and the last that was looked at. */
const [OLDEST, NEWEST] = [11, 23] as const;
const CONTRIB = "com.microsoft";

/** Exporters list domains that no node uses; those go. An operator of another domain is refused by its name. */
function withKnownDomains(graph: Graph): Graph {
  const opset = graph.opsets[""] ?? 0;
  if (opset < OLDEST || opset > NEWEST) throw unknown(`operator set ${opset}, expected ${OLDEST} to ${NEWEST}`);
  const contrib = Object.hasOwn(graph.opsets, CONTRIB) ? graph.opsets[CONTRIB] : undefined;
  if (contrib === undefined) {
    if (graph.nodes.some(({ domain }) => domain === CONTRIB)) throw unknown(`operators of ${CONTRIB} without its set`);
    return { ...graph, opsets: { "": opset } };
  }
  if (contrib !== 1) throw unknown(`operator set ${contrib} of ${CONTRIB}, expected 1`);
  return { ...graph, opsets: { "": opset, [CONTRIB]: contrib } };
}

function unknown(found: string): KolmError {
  return new KolmError("ONNX_OPSET", `the model uses ${found}`, { hint: "Export again with opset_version=17." });
}
