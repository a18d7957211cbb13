// This file prints a tagging: its words by class, then what each context says for and against.
import type { NodeOf } from "./node.ts";

/** Several lines: settings, a line for each class of words, and for each context the values that speak for and against. */
export function printTag({ apart, lexicon = [], contexts, is, isnt, voices }: NodeOf<"tag">): string {
  const lines = [`tag(voices: ${voices}${apart === undefined ? "" : `, apart: ${JSON.stringify(apart)}`})`];
  const classes = new Map<string, string[]>();
  for (const [word, named] of lexicon) classes.set(named, [...(classes.get(named) ?? []), word]);
  for (const named of [...classes.keys()].sort())
    lines.push(`    ${JSON.stringify(named)}: ${(classes.get(named) ?? []).join(" ")}`);
  contexts.forEach((context, index) => {
    const own = (keys: readonly string[]): string[] => {
      const start = `${index}|`;
      return keys.filter((key) => key.startsWith(start)).map((key) => JSON.stringify(key.slice(start.length)));
    };
    const [yes, no] = [own(is), own(isnt)];
    if (yes.length + no.length === 0) return;
    lines.push(`    ${context.map(([feature, offset]) => `${feature}[${offset}]`).join("|")}`);
    if (yes.length > 0) lines.push(`      is: ${yes.join(" ")}`);
    if (no.length > 0) lines.push(`      isn't: ${no.join(" ")}`);
  });
  return lines.join("\n");
}
