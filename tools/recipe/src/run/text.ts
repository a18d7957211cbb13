// This file compiles the operations that give text (SPEC.md §3.1).
import type { NodeOf } from "../language/node.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { wordsOf } from "../text/words.ts";
import { type Evaluate, inputWords, pay, type Piece, produce, type Run } from "./run.ts";

/** Applies a function to a text operand, paying for the text read and produced. */
export function onText(operand: Evaluate, apply: (text: string, run: Run) => string | undefined): Evaluate {
  return (run) => {
    const text = operand(run);
    if (typeof text !== "string" || !pay(run, text.length)) return undefined;
    const result = apply(text, run);
    return result === undefined ? undefined : produce(run, result);
  };
}

export function words(operand: Evaluate): Evaluate {
  return onText(operand, (text, run) => (text === run.input ? inputWords(run) : wordsOf(text)).form);
}

export function concat(operands: readonly Evaluate[]): Evaluate {
  return (run) => {
    let joined = "";
    for (const operand of operands) {
      const part = operand(run);
      if (typeof part !== "string" || !pay(run, part.length)) return undefined;
      if (joined.length + part.length > run.output) return produce(run, joined + part);
      joined += part;
    }
    return produce(run, joined);
  };
}

export function replace(node: NodeOf<"replace">, operand: Evaluate): Evaluate {
  return onText(operand, (text, run) => {
    const pieces = text.split(node.find);
    const size = text.length + (pieces.length - 1) * (node.with.length - node.find.length);
    // Asked before the text exists, so that a growing replacement cannot take the memory first.
    if (size > run.output) {
      run.spent = true;
      return undefined;
    }
    return pieces.join(node.with);
  });
}

export function slice(operand: Evaluate): Evaluate {
  return (run) => {
    const piece = operand(run) as Piece | null | undefined; // the checker proved kind span
    if (piece === undefined || piece === null || !pay(run, piece.end - piece.start)) return undefined;
    return produce(run, run.input.slice(piece.start, piece.end));
  };
}

export function capture(node: NodeOf<"capture">, operand: Evaluate, pattern: Pattern): Evaluate {
  return (run) => {
    const text = operand(run);
    if (typeof text !== "string" || !pay(run, text.length * pattern.weight)) return undefined;
    const found = pattern.find(text, 0, node.group ?? 0);
    return found === undefined || found.start < 0 ? undefined : produce(run, text.slice(found.start, found.end));
  };
}

export function lookup(node: NodeOf<"lookup">, operand: Evaluate): Evaluate {
  const table = new Map(node.table);
  return onText(operand, (text) => table.get(text));
}
