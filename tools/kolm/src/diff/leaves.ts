// This file finds where two JSON values differ, down to the single value.

/** A place as `axes.accuracy.value`; a side that has nothing there is undefined. */
export type Change = { readonly what: string; readonly from?: unknown; readonly to?: unknown };

/** Every value that is another on one side, in code-unit order of its place; lists are compared whole. */
export function changesBetween(from: unknown, to: unknown): readonly Change[] {
  const [before, after] = [leavesOf(from), leavesOf(to)];
  const places = [...new Set([...before.keys(), ...after.keys()])].sort();
  return places.flatMap((what) => {
    const change = { what, from: before.get(what), to: after.get(what) };
    return JSON.stringify(change.from) === JSON.stringify(change.to) ? [] : [change];
  });
}

function leavesOf(value: unknown, place = ""): Map<string, unknown> {
  if (value === undefined) return new Map();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map([[place, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leavesOf(inner, place === "" ? key : `${place}.${key}`)]),
  );
}
