// This file takes out of a program what changes no answer.
import { KolmError } from "@kolm/format";
import { compilePack, type Node, type Pack } from "@kolm/recipe";
import { type Edited, smaller } from "./edit.ts";
import { type Decidable, recipeOf } from "./read.ts";

const JUDGED = 400;
const LOOKED_AT = 400;

/** The shortest program reached by dropping one thing at a time that says the same of every input; its tables stay whole. */
export function minimise(
  nodes: readonly Node[],
  { name, field, inputs }: { readonly name: string; readonly field: Decidable; readonly inputs: readonly string[] },
): readonly Node[] {
  const looked = inputs.slice(0, LOOKED_AT);
  const packOf = (edited: Edited): Pack | undefined => {
    try {
      return compilePack([recipeOf("candidate", name, field, edited)]);
    } catch (error) {
      if (error instanceof KolmError) return undefined;
      throw error;
    }
  };
  const said = (pack: Pack | undefined, input: string): string | undefined =>
    JSON.stringify(pack?.decide(input).fields.get(name)?.value);
  const own = packOf(nodes);
  const texts = looked.map((input) => said(own, input));
  let best = nodes;
  let left = JUDGED;
  for (let found = true; found && left > 0;) {
    found = false;
    for (const edited of smaller(best)) {
      if (left <= 0) break;
      if (sizeOf(edited) >= sizeOf(best)) continue;
      left -= 1;
      const pack = packOf(edited);
      if (pack === undefined || looked.some((input, row) => said(pack, input) !== texts[row])) continue;
      best = edited;
      found = true;
      break;
    }
  }
  return best;
}

const sizeOf = (nodes: readonly Node[]): number => JSON.stringify(nodes).length;
