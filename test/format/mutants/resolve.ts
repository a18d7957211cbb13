// This file resolves what the tests import to the mutated copy of the sources, loaded anew for every version asked for.

type Context = { readonly parentURL?: string };
type Resolved = { readonly url: string };
type Next = (specifier: string, context: Context) => Promise<Resolved>;
/** The folders of the mutated copy and of what stands in for Node's own modules, as addresses that end in /. */
export type Places = { readonly sandbox: string; readonly substitutes: string };

let places: Places = { sandbox: "", substitutes: "" };

export function initialize(given: Places): void {
  places = given;
}

/** A module's version is that of the module that imports it, so that one import reloads all there is below it. */
export async function resolve(specifier: string, context: Context, next: Next): Promise<Resolved> {
  const version = /[?&]version=\d+/.exec(context.parentURL ?? "")?.[0].slice(1);
  if (version === undefined) return next(specifier, context);
  const resolved = await next(target(specifier), context);
  const ours = resolved.url.startsWith(places.sandbox) || resolved.url.startsWith(places.substitutes);
  if (!ours || resolved.url.includes("version=")) return resolved;
  return { ...resolved, url: `${resolved.url}${resolved.url.includes("?") ? "&" : "?"}${version}` };
}

function target(specifier: string): string {
  if (specifier === "node:test") return `${places.substitutes}collector.ts`;
  if (specifier === "node:child_process") return `${places.substitutes}programs.ts`;
  if (specifier === "@kolm/format") return `${places.sandbox}tools/format/src/index.ts`;
  if (specifier === "@kolm/format/node") return `${places.sandbox}tools/format/node/index.ts`;
  return specifier;
}
