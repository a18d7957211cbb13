// This file compiles the operations that take texts apart by runs, separators and places (SPEC.md §9).
import type { NodeOf } from "../language/node.ts";
import { pieceOf } from "../text/pieces.ts";
import { findPlace } from "../text/places.ts";
import { isOfKind, runsOf } from "../text/runs.ts";
import { type Evaluate, pay, produce } from "./run.ts";
import { onText } from "./text.ts";

export function piece({ by, at }: NodeOf<"piece">, operand: Evaluate): Evaluate {
  return onText(operand, (text) => pieceOf(text, by, at));
}

export function token({ run: kind, at }: NodeOf<"token">, operand: Evaluate): Evaluate {
  return onText(operand, (text) => {
    const runs = runsOf(text, kind);
    const index = at < 0 ? runs.length / 2 + at : at;
    const start = runs[2 * index];
    return start === undefined ? undefined : text.slice(start, runs[2 * index + 1]);
  });
}

export function filter({ run: kind, drop }: NodeOf<"filter">, operand: Evaluate): Evaluate {
  return onText(operand, (text) => {
    let kept = "";
    for (let at = 0; at < text.length; at++) {
      if (isOfKind(text.charCodeAt(at), kind) !== (drop === true)) kept += text.charAt(at);
    }
    return kept;
  });
}

export function pad({ side, to, with: char }: NodeOf<"pad">, operand: Evaluate): Evaluate {
  return onText(operand, (text) => (side === "start" ? text.padStart(to, char) : text.padEnd(to, char)));
}

export function place(node: NodeOf<"place">, operand: Evaluate): Evaluate {
  const borders = textLength(node.before) + textLength(node.after);
  const weight = 2 + Math.floor(borders / 16);
  return (run) => {
    const text = operand(run);
    return typeof text === "string" && pay(run, weight * text.length) ? findPlace(text, node) : undefined;
  };
}

const textLength = (border: NodeOf<"place">["before"]): number =>
  border !== undefined && "text" in border ? border.text.length : 0;

/** The units between two places; nothing when they lie outside the text or the wrong way round. */
export function sub(operands: readonly Evaluate[]): Evaluate {
  return (run) => {
    const [text, from, to] = operands.map((operand) => operand(run));
    if (typeof text !== "string" || typeof from !== "number" || typeof to !== "number") return undefined;
    if (!pay(run, text.length)) return undefined;
    const start = from < 0 ? text.length + from : from;
    const end = to < 0 ? text.length + to : to;
    return start < 0 || start > end || end > text.length ? undefined : produce(run, text.slice(start, end));
  };
}

/** How many runs or occurrences stand in a text. */
export function tally(node: NodeOf<"tally">, operand: Evaluate): Evaluate {
  const { run: kind, find } = node;
  return (run) => {
    const text = operand(run);
    if (typeof text !== "string" || !pay(run, text.length)) return undefined;
    if (kind !== undefined) return runsOf(text, kind).length / 2;
    return find === undefined ? undefined : occurrences(text, find);
  };
}

function occurrences(text: string, find: string): number {
  let count = 0;
  for (let at = text.indexOf(find); at >= 0; at = text.indexOf(find, at + find.length)) count++;
  return count;
}

export function numeral(operand: Evaluate): Evaluate {
  return (run) => {
    const value = operand(run);
    return typeof value === "number" && pay(run, 0) ? produce(run, String(value)) : undefined;
  };
}

/** `replace` and `contains` by a text that is itself computed. */
export function swap([of, find, by]: readonly Evaluate[]): Evaluate {
  return (run) => {
    const text = of?.(run);
    const old = find?.(run);
    const fresh = by?.(run);
    if (typeof text !== "string" || typeof old !== "string" || typeof fresh !== "string" || old === "")
      return undefined;
    if (!pay(run, text.length)) return undefined;
    const size = text.length + occurrences(text, old) * (fresh.length - old.length);
    if (size > run.output) {
      run.spent = true;
      return undefined;
    }
    return produce(run, text.split(old).join(fresh));
  };
}

export function holds([of, part]: readonly Evaluate[]): Evaluate {
  return (run) => {
    const text = of?.(run);
    const piece = part?.(run);
    if (typeof text !== "string" || typeof piece !== "string" || !pay(run, text.length)) return undefined;
    return text.includes(piece);
  };
}
