// This file prints a recipe as text that an auditor can read: one line a node, single-use nodes inline.
import { operandsOf } from "./kinds.ts";
import type { Node } from "./node.ts";
import type { Recipe } from "./recipe.ts";

const WIDEST_INLINE = 100;

/** The recipe as text; shared or long nodes become numbered lines, "=>" marks the result. */
export function printRecipe(recipe: Recipe): string {
  const uses = recipe.nodes.map(() => 0);
  for (const node of recipe.nodes) for (const { ref } of operandsOf(node)) uses[ref] = (uses[ref] ?? 0) + 1;
  const lines = [`recipe ${recipe.id}: ${recipe.gives} of field ${recipe.field}`];
  if (recipe.note !== undefined) lines.push(`  # ${recipe.note}`);
  const names: string[] = [];
  recipe.nodes.forEach((node, index) => {
    const text = printNode(node, (ref) => names[ref] ?? `#${ref}`);
    const last = index === recipe.nodes.length - 1;
    if (last) lines.push(`  => ${text}`);
    else if (node.op !== "input" && ((uses[index] ?? 0) > 1 || text.length > WIDEST_INLINE)) {
      names.push(`#${index}`);
      lines.push(`  #${index} = ${text}`);
    } else names.push(text);
  });
  return `${lines.join("\n")}\n`;
}

/** What an operation is called in print, with the operands already printed. */
function printNode(node: Node, name: (ref: number) => string): string {
  const operands = operandsOf(node).map(({ ref }) => name(ref));
  switch (node.op) {
    case "input":
    case "null":
    case "abstain":
      return node.op;
    case "text":
    case "flag":
    case "number":
      return JSON.stringify(node.value);
    case "when":
      return `when ${operands[0]} then ${operands[1]}`;
    case "if":
      return `if ${operands[0]} then ${operands[1]} else ${operands[2]}`;
    case "equal":
      return `${operands[0]} = ${operands[1]}`;
    case "less":
      return `${operands[0]} < ${operands[1]}`;
    case "and":
    case "or":
      return `(${operands.join(` ${node.op} `)})`;
    default:
      return `${node.op}(${[...operands, ...settings(node)].join(", ")})`;
  }
}

/** The fields of a node that are not operands, in the order of the schema. */
function settings(node: Node): string[] {
  return Object.entries(node)
    .filter(([key]) => key !== "op" && key !== "of")
    .map(([key, value]) => (key === "pattern" ? `/${String(value)}/` : `${key}: ${printSetting(value)}`));
}

function printSetting(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value
    .map((item: unknown) =>
      Array.isArray(item) ? item.map((part) => JSON.stringify(part)).join(" -> ") : JSON.stringify(item),
    )
    .join(" | ");
}
