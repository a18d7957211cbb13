// This file tells nodes that give their first input unchanged.
import { intsAttribute } from "../build/attributes.ts";
import type { Node } from "../graph.ts";
import { sameDims } from "../shapes/dims.ts";
import type { ShapeTable } from "../shapes/table.ts";

/** Casts to the type at hand, reshapes and expansions to the shape at hand, transposes that turn nothing. */
export function isCopy({ domain, op, inputs, outputs, attributes, name }: Node, table: ShapeTable): boolean {
  if (domain !== "" || !COPYING.has(op)) return false;
  const [from, to] = [table.known(inputs[0] ?? ""), table.known(outputs[0] ?? "")];
  const [input] = inputs;
  if (input === undefined || from.type !== to.type || !sameDims(from.dims, to.dims)) return false;
  if (op !== "Transpose") return true;
  const perm = intsAttribute({ domain, op, inputs, outputs, attributes, name }, "perm");
  return perm?.every((axis, place) => axis === place) ?? from.dims.length < 2;
}

const COPYING: ReadonlySet<string> = new Set(["Cast", "Expand", "Identity", "Reshape", "Transpose"]);
