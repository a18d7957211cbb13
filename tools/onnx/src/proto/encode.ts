// This file encodes a Graph as an ONNX model file; the same graph always gives the same bytes.
import type { Graph, Node, ValueType } from "../graph.ts";
import { writeAttribute } from "./attribute.ts";
import { codeOf, writeTensor } from "./tensor.ts";
import { Writer } from "./writer.ts";

/** IR version 8 (ONNX 1.10): understood by every ONNX Runtime that knows LayerNormalization. */
const IR_VERSION = 8;

/** A serialised ModelProto (onnx.proto) with all constants inline. */
export function encodeModel(graph: Graph): Uint8Array {
  const writer = new Writer();
  writer.integer(1, IR_VERSION);
  writer.text(2, "kolm");
  writer.message(7, (message) => writeGraph(message, graph));
  for (const [domain, version] of sorted(graph.opsets)) {
    writer.message(8, (message) => {
      if (domain !== "") message.text(1, domain);
      message.integer(2, version);
    });
  }
  return writer.finish();
}

function sorted<T>(record: Readonly<Record<string, T>>): (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function writeGraph(writer: Writer, graph: Graph): void {
  for (const node of graph.nodes) writer.message(1, (message) => writeNode(message, node));
  writer.text(2, graph.name === "" ? "graph" : graph.name);
  for (const [name, tensor] of graph.initializers) writer.message(5, (message) => writeTensor(message, tensor, name));
  for (const value of graph.inputs) writer.message(11, (message) => writeValue(message, value));
  for (const value of graph.outputs) writer.message(12, (message) => writeValue(message, value));
}

function writeNode(writer: Writer, node: Node): void {
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  if (node.name !== "") writer.text(3, node.name);
  writer.text(4, node.op);
  for (const [name, attribute] of sorted(node.attributes)) {
    writer.message(5, (message) => writeAttribute(message, name, attribute));
  }
  if (node.domain !== "") writer.text(7, node.domain);
}

function writeValue(writer: Writer, value: ValueType): void {
  writer.text(1, value.name);
  writer.message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.integer(1, codeOf(value.type));
      tensor.message(2, (shape) => {
        for (const dim of value.dims) {
          shape.message(1, (dimension) =>
            typeof dim === "number" ? dimension.integer(1, dim) : dimension.text(2, dim),
          );
        }
      });
    });
  });
}
