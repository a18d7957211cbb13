// This file does arithmetic on dimensions: sizes are numbers, products of symbols stay comparable as text.
import { KolmError } from "@kolm/format";
import type { Dim } from "../graph.ts";

type Monomial = { readonly coefficient: number; readonly symbols: readonly string[] };

/** Product; "B" times 4 is "4*B", whatever the order. */
export function times(a: Dim, b: Dim): Dim {
  const [left, right] = [parse(a), parse(b)];
  return format({ coefficient: left.coefficient * right.coefficient, symbols: [...left.symbols, ...right.symbols] });
}

export function product(dims: readonly Dim[]): Dim {
  return dims.reduce(times, 1);
}

/** The quotient where it is exact whatever the symbols stand for; undefined otherwise. */
export function divideExactly(a: Dim, b: Dim): Dim | undefined {
  const [left, right] = [parse(a), parse(b)];
  const symbols = [...left.symbols];
  for (const symbol of right.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) return undefined;
    symbols.splice(at, 1);
  }
  if (right.coefficient === 0 || left.coefficient % right.coefficient !== 0) return undefined;
  return format({ coefficient: left.coefficient / right.coefficient, symbols });
}

/** Integer quotient as ONNX's Div on integers takes it. */
export function over(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number" && b !== 0) return Math.trunc(a / b);
  return divideExactly(a, b) ?? opaque(a, "/", b);
}

export function plus(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a === 0) return b;
  if (b === 0) return a;
  return a < b ? opaque(a, "+", b) : opaque(b, "+", a);
}

export function minus(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a === b) return 0;
  return b === 0 ? a : opaque(a, "-", b);
}

/** One broadcast dimension; two different symbols are taken for equal sizes, which a gradient through them refuses. */
function broadcastDim(a: Dim, b: Dim): Dim {
  if (a === 1) return b;
  if (b === 1 || a === b) return a;
  return typeof b === "number" ? b : a;
}

export function broadcast(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) =>
    broadcastDim(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  );
}

export function sameDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** The factors of a dimension: a coefficient and symbols that stand for runtime sizes. */
export function parse(dim: Dim): Monomial {
  if (typeof dim === "number") return { coefficient: dim, symbols: [] };
  const parts = dim.split("*");
  const head = Number(parts[0]);
  if (parts.length > 1 && Number.isInteger(head)) return { coefficient: head, symbols: parts.slice(1) };
  return { coefficient: 1, symbols: parts };
}

function format({ coefficient, symbols }: Monomial): Dim {
  if (symbols.length === 0 || coefficient === 0) return coefficient;
  const text = [...symbols].sort().join("*");
  return bounded(coefficient === 1 ? text : `${coefficient}*${text}`);
}

/** An expression that is only ever compared with itself; "·" keeps parse from splitting inside it. */
function opaque(a: Dim, operator: string, b: Dim): Dim {
  return bounded(`(${a}${operator}${b})`).replaceAll("*", "·");
}

/** Sizes that double with every node would not end otherwise. */
const LONGEST = 1000;

function bounded(dim: string): string {
  if (dim.length <= LONGEST) return dim;
  throw new KolmError("ONNX_SHAPE", `a dimension is computed by an expression of ${dim.length} characters`, {
    hint: "Export the model with plain batch and sequence dimensions.",
  });
}
