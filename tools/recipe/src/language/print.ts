// This file prints a recipe as text that an auditor can read: one line a node, single-use nodes inline.
import { operandsOf, REFERENCES } from "./kinds.ts";
import type { Node, Op } from "./node.ts";
import { printTag } from "./print-tag.ts";
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
    else if (node.op !== "input" && ((uses[index] ?? 0) > 1 || text.length > WIDEST_INLINE || text.includes("\n"))) {
      names.push(`#${index}`);
      lines.push(`  #${index} = ${text}`);
    } else names.push(text);
  });
  return `${lines.join("\n")}\n`;
}

/** How operations that do not print as calls print, their operands already printed. */
const FORMS: { readonly [O in Op]?: (operands: readonly string[]) => string } = {
  input: () => "input",
  null: () => "null",
  abstain: () => "abstain",
  when: ([test, value]) => `when ${test} then ${value}`,
  if: ([test, yes, no]) => `if ${test} then ${yes} else ${no}`,
  equal: ([left, right]) => `${left} = ${right}`,
  less: ([left, right]) => `${left} < ${right}`,
  and: (operands) => `(${operands.join(" and ")})`,
  or: (operands) => `(${operands.join(" or ")})`,
};

function printNode(node: Node, name: (ref: number) => string): string {
  if (node.op === "text" || node.op === "flag" || node.op === "number") return JSON.stringify(node.value);
  if (node.op === "tag") return printTag(node);
  const operands = operandsOf(node).map(({ ref }) => name(ref));
  return FORMS[node.op]?.(operands) ?? `${node.op}(${[...operands, ...settings(node)].join(", ")})`;
}

/** The fields of a node that are not operands, in the order of the schema. */
function settings(node: Node): string[] {
  return Object.entries(node)
    .filter(([key]) => key !== "op" && !REFERENCES.some((name) => name === key))
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
