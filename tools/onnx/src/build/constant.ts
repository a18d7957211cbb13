// This file reads the value of a Constant node in any of the forms exporters write.
import type { Node, Tensor } from "../graph.ts";
import { floatTensor, intTensor } from "../tensor.ts";

/** The constant a node stands for; undefined for other nodes and for sparse or textual constants. */
export function constantOf(node: Node): Tensor | undefined {
  if (node.op !== "Constant" || node.domain !== "") return undefined;
  const [attribute] = Object.values(node.attributes);
  switch (attribute?.kind) {
    case "tensor":
      return attribute.value;
    case "float":
      return floatTensor([attribute.value], []);
    case "floats":
      return floatTensor(attribute.value);
    case "int":
      return intTensor([attribute.value], []);
    case "ints":
      return intTensor(attribute.value);
    default:
      return undefined;
  }
}
