// This file turns weights that a graph transposes each time it runs.
import { intsAttribute } from "../build/attributes.ts";
import type { Node, Tensor } from "../graph.ts";
import { floatTensor, floatsOf } from "../tensor.ts";

/** The transposed matrix, whatever its size, where a node does nothing but transpose a constant one. */
export function transposedWeight(node: Node, constants: ReadonlyMap<string, Tensor>): Tensor | undefined {
  const tensor = constants.get(node.inputs[0] ?? "");
  if (node.op !== "Transpose" || tensor?.type !== "float32" || tensor.dims.length !== 2) return undefined;
  if ((intsAttribute(node, "perm") ?? [1, 0]).join() !== "1,0") return undefined;
  const [rows = 0, columns = 0] = tensor.dims;
  const values = floatsOf(tensor);
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return floatTensor(turned, [columns, rows]);
}
