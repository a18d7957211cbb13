// This file finds what any match of a pattern must contain, and how heavy the pattern is to run.
import { type CharSet, foldCase, frequency, hasUnit, union } from "./charset.ts";
import type { Shape } from "./parse.ts";

/** Every match holds `count` characters of `set` in a row, starting at most `before` UTF-16 units after its start. */
export type Requirement = { readonly set: CharSet; readonly count: number; readonly before: number };

/** The most selective run that every match contains; undefined when there is none. */
export function requirementOf(shape: Shape, fold: boolean): Requirement | undefined {
  switch (shape.kind) {
    case "assertion":
      return undefined;
    case "set":
      return { set: fold ? foldCase(shape.set) : shape.set, count: 1, before: 0 };
    case "repeat":
      return requirementOfRepeat(shape, fold);
    case "choice":
      return requirementOfChoice(shape.options, fold);
    case "sequence":
      return requirementOfSequence(shape.parts, fold);
  }
}

function requirementOfRepeat(shape: Shape & { kind: "repeat" }, fold: boolean): Requirement | undefined {
  if (shape.min === 0) return undefined;
  const once = requirementOf(shape.of, fold);
  // A character beyond ASCII can be two units long, so runs are only counted where all members are one unit.
  if (shape.of.kind !== "set" || once === undefined || once.set.other) return once;
  return { ...once, count: shape.min };
}

function requirementOfChoice(options: readonly Shape[], fold: boolean): Requirement | undefined {
  const found: Requirement[] = [];
  for (const option of options) {
    const requirement = requirementOf(option, fold);
    if (requirement === undefined) return undefined;
    found.push(requirement);
  }
  return {
    set: union(found.map((requirement) => requirement.set)),
    count: Math.min(...found.map((requirement) => requirement.count)),
    before: Math.max(...found.map((requirement) => requirement.before)),
  };
}

function requirementOfSequence(parts: readonly Shape[], fold: boolean): Requirement | undefined {
  let best: Requirement | undefined;
  let before = 0;
  for (const part of parts) {
    const own = requirementOf(part, fold);
    if (own !== undefined) {
      const moved = { ...own, before: own.before + before };
      if (best === undefined || cost(moved) < cost(best)) best = moved;
    }
    before += longest(part);
  }
  return best;
}

/** How often such a run stands in ordinary text, roughly; an unknown distance from the start costs as much again. */
function cost({ set, count, before }: Requirement): number {
  const once = frequency(set);
  let chance = once;
  for (let more = 1; more < Math.min(count, 8); more++) chance *= once;
  return before === Infinity ? 2 * chance : chance;
}

function longest(shape: Shape): number {
  switch (shape.kind) {
    case "assertion":
      return 0;
    case "set":
      return shape.set.other ? 2 : 1;
    case "repeat": {
      const once = longest(shape.of);
      return once === 0 ? 0 : once * shape.max;
    }
    case "choice":
      return Math.max(...shape.options.map(longest));
    case "sequence":
      return shape.parts.reduce((sum, part) => sum + longest(part), 0);
  }
}

/** Size of the pattern with its repeats written out; the work of a search is this times the characters searched. */
export function weigh(shape: Shape): number {
  switch (shape.kind) {
    case "assertion":
    case "set":
      return 1;
    case "repeat":
      return 1 + weigh(shape.of) * (shape.max === Infinity ? Math.max(1, shape.min) : Math.max(1, shape.max));
    case "choice":
      return shape.options.reduce((sum, option) => sum + 1 + weigh(option), 0);
    case "sequence":
      return shape.parts.reduce((sum, part) => sum + weigh(part), 1);
  }
}

/** Where the next run that the requirement asks for starts, at or after `from`; -1 when there is none. */
export function nextRun(requirement: Requirement, text: string, from: number): number {
  let length = 0;
  for (let at = from; at < text.length; at++) {
    if (!hasUnit(requirement.set, text.charCodeAt(at))) length = 0;
    else if (++length === requirement.count) return at - length + 1;
  }
  return -1;
}
