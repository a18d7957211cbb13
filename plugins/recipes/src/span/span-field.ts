// This file learns recipes for a span field: which piece of the input it is, and when there is none.
import type { FieldValue, Span } from "@kolm/format";
import { pruneNodes, type Recipe } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import type { Draft, Learner } from "../evidence/cross-fit.ts";
import { type Context, learnContexts } from "./context.ts";
import { addCandidates, addSifted, NodeList, type Sifting } from "./nodes.ts";
import { type Case, chooseShapes, type Shape } from "./shapes.ts";

/** Alternatives of the span rule, simplest first. */
const VARIANTS: readonly { readonly sifting: Sifting; readonly alone: boolean; readonly at: "only" | "first" }[] = [
  { sifting: "all", alone: false, at: "only" },
  { sifting: "all", alone: false, at: "first" },
  { sifting: "not distrusted", alone: false, at: "only" },
  { sifting: "trusted", alone: false, at: "only" },
  { sifting: "trusted", alone: true, at: "only" },
  { sifting: "trusted before", alone: false, at: "only" },
  { sifting: "trusted before", alone: true, at: "only" },
];

/** Drafts of "the candidate is the value" and of "no candidate, so the value is null". */
export function learnSpan(field: string, minSupport: number): Learner {
  return (answers) => {
    const cases = answers.flatMap((answer) => caseOf(answer, field));
    const shapes = chooseShapes(cases, minSupport);
    if (shapes.length === 0) return [];
    const contexts = learnContexts(shapes, cases, { least: minSupport, alone: true });
    const nodes = VARIANTS.map((variant) => spanNodes(shapes, contexts, variant));
    return [
      ...nodes.flatMap((list, rank) => (list === undefined ? [] : [spanDraft(field, list, rank)])),
      noneDraft(field, shapes),
      emptyDraft(field, shapes),
    ];
  };
}

function caseOf({ input, output }: Answer, field: string): Case[] {
  const value = output?.get(field);
  if (value === undefined) return [];
  return [{ input, spans: isSpan(value) ? [value] : [] }];
}

function isSpan(value: FieldValue): value is Span {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function spanNodes(
  shapes: readonly Shape[],
  contexts: readonly Context[],
  variant: (typeof VARIANTS)[number],
): Recipe["nodes"] | undefined {
  const list = new NodeList();
  const { lists, merged } = addCandidates(list, shapes);
  const sifted = variant.sifting === "all" ? merged : addSifted(list, lists, { contexts, sifting: variant.sifting });
  if (sifted === undefined) return undefined;
  const picked = list.add({ op: "pick", of: sifted, at: variant.at });
  if (variant.alone) {
    const count = list.add({ op: "count", of: merged });
    const one = list.add({ op: "number", value: 1 });
    const alone = list.add({ op: "equal", left: count, right: one });
    list.add({ op: "when", if: alone, give: picked });
  }
  return pruneNodes(list.nodes);
}

function spanDraft(field: string, nodes: Recipe["nodes"], rank: number): Draft {
  const recipe: Recipe = { id: `${field}/span/${rank}`, field, gives: "span", nodes };
  return { recipe, group: `${field}/span`, rank, triggersIn: (answer) => spanTexts(answer, field) };
}

function spanTexts({ output }: Answer, field: string): readonly string[] {
  const value = output?.get(field);
  return value !== undefined && isSpan(value) ? [value.text] : [];
}

function noneDraft(field: string, shapes: readonly Shape[]): Draft {
  const list = new NodeList();
  const { merged } = addCandidates(list, shapes);
  addNullWhenZero(list, list.add({ op: "count", of: merged }));
  const recipe: Recipe = { id: `${field}/none/0`, field, gives: "span", nodes: list.nodes };
  return { recipe, group: `${field}/none`, rank: 0, triggersIn: () => [] };
}

/** Stricter: nothing in the input is like a shape even inside a longer word. */
function emptyDraft(field: string, shapes: readonly Shape[]): Draft {
  const list = new NodeList();
  const input = list.add({ op: "input" });
  const tests = shapes.map(({ core }) => list.add({ op: "test", of: input, pattern: core }));
  const found = list.add({ op: "or", of: tests });
  const free = list.add({ op: "not", of: found });
  const none = list.add({ op: "null" });
  list.add({ op: "when", if: free, give: none });
  const recipe: Recipe = { id: `${field}/none/1`, field, gives: "span", nodes: list.nodes };
  return { recipe, group: `${field}/none`, rank: 1, triggersIn: () => [] };
}

function addNullWhenZero(list: NodeList, count: number): void {
  const zero = list.add({ op: "number", value: 0 });
  const free = list.add({ op: "equal", left: count, right: zero });
  const none = list.add({ op: "null" });
  list.add({ op: "when", if: free, give: none });
}
