// This file stands in for node:test while mutants are judged: tests are collected, to be run one by one, again and again.

type Body = () => unknown;
type Options = { readonly skip?: string | boolean };
export type Collected = { readonly name: string; readonly run: Body };

/** The tests of all files loaded so far. */
export const collected: Collected[] = [];
const path: string[] = [];

export function test(name: string, ...[options, body]: readonly [Body] | readonly [Options, Body]): void {
  if (typeof options === "function") collected.push({ name: [...path, name].join(" "), run: options });
  else if (body !== undefined && (options.skip ?? false) === false) test(name, body);
}

export function describe(name: string, body: Body): void {
  path.push(name);
  body();
  path.pop();
}

export { test as it };
