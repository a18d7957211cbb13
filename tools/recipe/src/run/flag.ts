// This file compiles the operations that give a flag or a number (SPEC.md §3.2).
import type { NodeOf } from "../language/node.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { wordsOf } from "../text/words.ts";
import { type Evaluate, inputWords, pay, type Piece } from "./run.ts";

type Place = NodeOf<"ngram">["at"];

export function test(operand: Evaluate, pattern: Pattern): Evaluate {
  return (run) => {
    const text = operand(run);
    if (typeof text !== "string" || !pay(run, text.length * pattern.weight)) return undefined;
    return pattern.test(text);
  };
}

export function contains(node: NodeOf<"contains">, operand: Evaluate): Evaluate {
  const stands = STANDS[node.at ?? "any"];
  const weight = node.any.reduce((sum, phrase) => sum + 1 + Math.floor(phrase.length / 16), 0);
  return (run) => {
    const text = operand(run);
    if (typeof text !== "string" || !pay(run, text.length * weight)) return undefined;
    return node.any.some((phrase) => stands(text, phrase));
  };
}

/** Tests the words of the input for phrases; phrases are put into word form when the pack is loaded. */
export function ngram(node: NodeOf<"ngram">): Evaluate {
  const words = node.any.map((phrase) => wordsOf(phrase));
  const anywhere = node.at === undefined ? anyPhrase(words.map(({ list }) => list)) : undefined;
  const stands = STANDS[node.at ?? "any"];
  return (run) => {
    if (!pay(run, run.input.length + words.length)) return undefined;
    const { list, form } = inputWords(run);
    return anywhere === undefined ? words.some((phrase) => stands(form, phrase.form)) : anywhere(list);
  };
}

const STANDS: Readonly<Record<NonNullable<Place> | "any", (text: string, phrase: string) => boolean>> = {
  any: (text, phrase) => text.includes(phrase),
  start: (text, phrase) => text.startsWith(phrase),
  end: (text, phrase) => text.endsWith(phrase),
  whole: (text, phrase) => text === phrase,
};

type Branch = { end: boolean; readonly next: Map<string, Branch> };

// A tree of words finds any number of phrases in one pass over the words of the input.
function anyPhrase(phrases: readonly (readonly string[])[]): (list: readonly string[]) => boolean {
  const root: Branch = { end: false, next: new Map() };
  for (const phrase of phrases) {
    let branch = root;
    for (const word of phrase) {
      const next = branch.next.get(word) ?? { end: false, next: new Map<string, Branch>() };
      branch.next.set(word, next);
      branch = next;
    }
    branch.end = true;
  }
  return (list) => list.some((_, from) => startsPhrase(root, list, from));
}

function startsPhrase(root: Branch, list: readonly string[], from: number): boolean {
  let branch: Branch | undefined = root;
  for (let at = from; branch !== undefined; at++) {
    if (branch.end) return true;
    const word: string | undefined = list[at];
    branch = word === undefined ? undefined : branch.next.get(word);
  }
  return false;
}

export function equal(left: Evaluate, right: Evaluate): Evaluate {
  return (run) => {
    const a = left(run);
    const b = right(run);
    if (a === undefined || b === undefined || !pay(run, typeof a === "string" ? a.length : 0)) return undefined;
    return a === b;
  };
}

export function less(left: Evaluate, right: Evaluate): Evaluate {
  return (run) => {
    const a = left(run);
    const b = right(run);
    return typeof a === "number" && typeof b === "number" && pay(run, 0) ? a < b : undefined;
  };
}

/** "and" and "or" stop at the first operand that settles them; nothing on the way gives nothing. */
export function junction(operands: readonly Evaluate[], settled: boolean): Evaluate {
  return (run) => {
    if (!pay(run, 0)) return undefined;
    for (const operand of operands) {
      const flag = operand(run);
      if (flag === undefined) return undefined;
      if (flag === settled) return settled;
    }
    return !settled;
  };
}

export function not(operand: Evaluate): Evaluate {
  return (run) => {
    const flag = operand(run);
    return typeof flag === "boolean" && pay(run, 0) ? !flag : undefined;
  };
}

export function exists(operand: Evaluate): Evaluate {
  return (run) => (pay(run, 0) ? operand(run) !== undefined && !run.spent : undefined);
}

export function lengthOf(operand: Evaluate): Evaluate {
  return (run) => {
    const text = operand(run);
    return typeof text === "string" && pay(run, 0) ? text.length : undefined;
  };
}

export function count(operand: Evaluate): Evaluate {
  return (run) => {
    const pieces = operand(run) as readonly Piece[] | undefined; // the checker proved a list
    return pieces !== undefined && pay(run, 0) ? pieces.length : undefined;
  };
}
