// This file turns a server's token probabilities into how likely each value of an enum or boolean field was.
import type { Contract, Field } from "@kolm/format";
import type { Said, Token } from "./dialect.ts";
import { placesOf } from "./places.ts";
import type { Soft } from "./reply.ts";

/**
 * Probabilities by field and value, six decimals, summing to 1 a field; undefined where the server gave none or the
 * answer is none. They are conditional on answering at all. Where an alternative piece could still become several
 * values, its share is split evenly; pieces that begin no value are left out.
 */
export function softOf({ content, trace }: Said, contract: Contract): Soft | undefined {
  if (trace === undefined || content === null || trace.map(({ text }) => text).join("") !== content) return undefined;
  const places = placesOf(content, "answer");
  const soft: Record<string, Record<string, number>> = {};
  for (const [name, field] of Object.entries(contract.output)) {
    const start = places.get(name);
    const literals = literalsOf(field);
    if (start === undefined || literals === undefined) continue;
    const shares = sharesAt(trace, start, literals);
    if (shares !== undefined) soft[name] = shares;
  }
  return Object.keys(soft).length === 0 ? undefined : soft;
}

type Literal = { readonly value: string; readonly json: string };

function literalsOf(field: Field): Literal[] | undefined {
  if (field.type === "enum") return field.values.map((value) => ({ value, json: JSON.stringify(value) }));
  if (field.type === "boolean") return ["true", "false"].map((value) => ({ value, json: value }));
  return undefined;
}

function sharesAt(trace: readonly Token[], start: number, literals: readonly Literal[]): Soft[string] | undefined {
  const shares = new Map(literals.map(({ value }) => [value, 0]));
  const give = (to: readonly Literal[], share: number): void => {
    for (const { value } of to) shares.set(value, (shares.get(value) ?? 0) + share / to.length);
  };
  let written = "";
  let reached = 1;
  let at = 0;
  for (const token of trace) {
    const lead = token.text.slice(0, Math.max(0, start - at));
    at += token.text.length;
    if (at <= start) continue;
    const canBe = (text: string): Literal[] => {
      if (!text.startsWith(lead)) return [];
      const so = written + text.slice(lead.length);
      return literals.filter(({ json }) => json.startsWith(so) || so.startsWith(json));
    };
    const chosen = token.alternatives.find(({ text }) => text === token.text);
    if (chosen === undefined) return undefined;
    for (const { text, logProbability } of token.alternatives)
      if (text !== token.text) give(canBe(text), reached * Math.exp(logProbability));
    reached *= Math.exp(chosen.logProbability);
    const left = canBe(token.text);
    if (left.length <= 1) {
      give(left, reached);
      break;
    }
    written += token.text.slice(lead.length);
  }
  return normalised(shares);
}

function normalised(shares: ReadonlyMap<string, number>): Soft[string] | undefined {
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
  if (!(total > 0)) return undefined;
  return Object.fromEntries([...shares].map(([value, share]) => [value, Math.round((share / total) * 1e6) / 1e6]));
}
