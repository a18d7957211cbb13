// This file lifts a graph to the operator set the rest of the package is written for.
import { KolmError } from "@kolm/format";
import { attr, describe, intAttribute, intsAttribute } from "../build/attributes.ts";
import { tidy } from "../build/tidy.ts";
import type { Graph, Node, Tensor } from "../graph.ts";
import { inferShapes } from "../shapes/table.ts";
import { positiveAxis } from "../shapes/view.ts";
import { intTensor } from "../tensor.ts";

/** From here on Clip, Pad and others take their bounds as inputs. */
const OLDEST = 11;
/** Since here axes are inputs (https://github.com/onnx/onnx/blob/main/docs/Changelog.md, version 13). */
const AXES_AS_INPUTS = 13;
/** The newest set that changes nothing for graphs of set 13; it brings LayerNormalization. */
const TARGET = 17;

/** Operators whose axes or sizes moved from an attribute to the second input. */
const MOVED: Readonly<Record<string, string>> = {
  Squeeze: "axes",
  Unsqueeze: "axes",
  ReduceSum: "axes",
  Split: "split",
};

const SOFTMAX: ReadonlySet<string> = new Set(["Softmax", "LogSoftmax"]);

/** The same function at operator set 17 or, where it was later already, as it is; Dropout becomes a copy. */
export function raiseOpset(graph: Graph): Graph {
  const opset = graph.opsets[""] ?? 0;
  if (opset < OLDEST) {
    throw new KolmError("ONNX_OPSET", `the model uses operator set ${opset}, at least ${OLDEST} is needed`, {
      hint: "Export again with opset_version=17.",
    });
  }
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    if (node.domain !== "") return node;
    if (node.op === "Dropout") return withoutDropout(node);
    return opset < AXES_AS_INPUTS ? modern(node, initializers) : node;
  });
  const raised = { ...graph, opsets: { ...graph.opsets, "": Math.max(opset, TARGET) }, initializers, nodes };
  if (opset < AXES_AS_INPUTS) checkSoftmax(tidy(raised));
  return raised;
}

function withoutDropout(node: Node): Node {
  const [input = "", ...others] = node.outputs.filter((output) => output !== "");
  if (others.length > 0) throw changed(node, "gives its mask, as in training");
  return { ...node, op: "Identity", inputs: node.inputs.slice(0, 1), outputs: [input], attributes: {} };
}

function modern(node: Node, initializers: Map<string, Tensor>): Node {
  if (SOFTMAX.has(node.op)) {
    return { ...node, attributes: { axis: attr.int(intAttribute(node, "axis", 1)) } };
  }
  const moved = Object.hasOwn(MOVED, node.op) ? (MOVED[node.op] ?? "") : "";
  const values = moved === "" ? undefined : intsAttribute(node, moved);
  if (values === undefined) return node;
  const { [moved]: _, ...attributes } = node.attributes;
  const name = unused(`${node.outputs[0] ?? ""}.${moved}`, initializers);
  initializers.set(name, intTensor(values));
  return { ...node, inputs: [node.inputs[0] ?? "", name], attributes };
}

/** Up to set 12 Softmax works on all axes from its own on at once: the same only on the last. */
function checkSoftmax(graph: Graph): void {
  const softmax = graph.nodes.filter(({ op, domain }) => domain === "" && SOFTMAX.has(op));
  if (softmax.every((node) => intAttribute(node, "axis", 1) === -1)) return;
  const shapes = inferShapes(graph);
  for (const node of softmax) {
    const rank = shapes.dims(node.inputs[0] ?? "").length;
    const axis = intAttribute(node, "axis", 1);
    if (positiveAxis(node, axis, rank) !== rank - 1) throw changed(node, `works on all axes from ${axis} on at once`);
  }
}

function unused(name: string, taken: ReadonlyMap<string, Tensor>): string {
  return taken.has(name) ? unused(`${name}_`, taken) : name;
}

function changed(node: Node, found: string): KolmError {
  return new KolmError("ONNX_OPSET", `${describe(node)} ${found}, which later operator sets do not have`, {
    hint: "Export again with opset_version=17, in evaluation mode.",
  });
}
