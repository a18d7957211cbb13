// This file turns a checked recipe into functions: one closure a node, nodes with several readers evaluated once.
import type { Checked } from "../language/check.ts";
import { operandsOf } from "../language/kinds.ts";
import type { NodeOf, Op } from "../language/node.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { toCase } from "../text/cases.ts";
import * as arithmetic from "./arithmetic.ts";
import * as flag from "./flag.ts";
import * as moment from "./moment.ts";
import { type Evaluate, pay, type Value } from "./run.ts";
import * as span from "./span.ts";
import * as string from "./string.ts";
import { tag } from "./tag.ts";
import * as text from "./text.ts";
import * as value from "./value.ts";

/** The compiled operands of a node, in the order of operandsOf, and its pattern. */
type Parts = {
  readonly first: Evaluate;
  readonly second: Evaluate;
  readonly third: Evaluate;
  readonly all: readonly Evaluate[];
  readonly pattern: Pattern;
};

const COMPILE: { readonly [O in Op]: (node: NodeOf<O>, parts: Parts) => Evaluate } = {
  input: () => (run) => run.input,
  words: (_, { first }) => text.words(first),
  text: ({ value }) => constant(value),
  concat: (_, { all }) => text.concat(all),
  case: ({ to }, { first }) => text.onText(first, (value) => toCase(value, to)),
  trim: (_, { first }) => text.onText(first, (value) => value.trim()),
  replace: (node, { first }) => text.replace(node, first),
  cut: ({ from, to }, { first }) => text.onText(first, (value) => value.slice(from, to)),
  slice: (_, { first }) => text.slice(first),
  capture: (node, { first, pattern }) => text.capture(node, first, pattern),
  lookup: (node, { first }) => text.lookup(node, first),
  piece: (node, { first }) => string.piece(node, first),
  token: (node, { first }) => string.token(node, first),
  filter: (node, { first }) => string.filter(node, first),
  pad: (node, { first }) => string.pad(node, first),
  place: (node, { first }) => string.place(node, first),
  sub: (_, { all }) => string.sub(all),
  tally: (node, { first }) => string.tally(node, first),
  numeral: (_, { first }) => string.numeral(first),
  swap: (_, { all }) => string.swap(all),
  holds: (_, { all }) => string.holds(all),
  moment: ({ order }, { first }) => moment.moment(first, order),
  bucket: (node, { first }) => moment.bucket(node, first),
  show: (node, { first }) => moment.show(node, first),
  parse: (node, { first, second }) => value.parse(node, first, second),
  write: (node, { first }) => value.write(node, first),
  scale: (node, { first }) => arithmetic.scale(node, first),
  round: (node, { first }) => arithmetic.round(node, first),
  flag: ({ value }) => constant(value),
  test: (_, { first, pattern }) => flag.test(first, pattern),
  contains: (node, { first }) => flag.contains(node, first),
  ngram: (node) => flag.ngram(node),
  equal: (_, { first, second }) => flag.equal(first, second),
  less: (_, { first, second }) => flag.less(first, second),
  and: (_, { all }) => flag.junction(all, false),
  or: (_, { all }) => flag.junction(all, true),
  not: (_, { first }) => flag.not(first),
  exists: (_, { first }) => flag.exists(first),
  number: ({ value }) => constant(value),
  length: (_, { first }) => flag.lengthOf(first),
  count: (_, { first }) => flag.count(first),
  find: (node, { pattern }) => span.find(node, pattern),
  spot: (node, { first }) => value.spot(node, first),
  tag: (node) => tag(node),
  keep: (node, { first }) => span.keep(node, first),
  pick: (node, { first }) => span.pick(node, first),
  label: (node, { first }) => span.label(node, first),
  merge: (_, { all }) => span.merge(all),
  null: () => constant(null),
  abstain: () => () => undefined,
  when: (_, { first, second }) => choose(first, second, () => undefined),
  if: (_, { first, second, third }) => choose(first, second, third),
  first: (_, { all }) => firstOf(all),
};

/** Compiles a checked recipe into the function that gives its value. */
export function compileRecipe({ recipe, patterns, uses }: Checked): Evaluate {
  const compiled: Evaluate[] = [];
  recipe.nodes.forEach((node, index) => {
    const all = operandsOf(node).map(({ ref }) => compiled[ref] ?? NOTHING);
    const parts = {
      first: all[0] ?? NOTHING,
      second: all[1] ?? NOTHING,
      third: all[2] ?? NOTHING,
      all,
      pattern: patterns.get(index),
    };
    // The table pairs each op with its own node type, and the checker gave every node with a pattern its pattern.
    const evaluate = (COMPILE[node.op] as (node: never, parts: Parts) => Evaluate)(node as never, parts as Parts);
    compiled.push((uses[index] ?? 0) > 1 && node.op !== "input" ? once(evaluate, index) : evaluate);
  });
  return compiled.at(-1) ?? NOTHING;
}

const NOTHING: Evaluate = () => undefined;

function once(evaluate: Evaluate, index: number): Evaluate {
  return (run) => {
    if (run.known[index] === true) return run.memo[index];
    const value = evaluate(run);
    run.memo[index] = value;
    run.known[index] = true;
    return value;
  };
}

function constant(value: Value): Evaluate {
  return (run) => (pay(run, 0) ? value : undefined);
}

function choose(condition: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (run) => {
    const flag = condition(run);
    if (flag === undefined || !pay(run, 0)) return undefined;
    return flag === true ? yes(run) : no(run);
  };
}

function firstOf(operands: readonly Evaluate[]): Evaluate {
  return (run) => {
    for (const operand of operands) {
      if (!pay(run, 0)) return undefined;
      const value = operand(run);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}
