// This file reads a request's path: exactly the few that exist, spelt in exactly one way.

export type Route =
  | { readonly kind: "cas" | "ac" | "nx"; readonly key: string }
  | { readonly kind: "health" | "metrics" | "none" };

/** Nothing is decoded or normalised: a path with %, .., // or a query is no path of ours. */
export function routeOf(path: string): Route {
  const [, kind, key] = /^\/(cas|ac)\/([0-9a-f]{64})$/.exec(path) ?? [];
  if ((kind === "cas" || kind === "ac") && key !== undefined) return { kind, key };
  const [, hash] = /^\/v1\/cache\/([A-Za-z0-9_-]{1,128})$/.exec(path) ?? [];
  if (hash !== undefined) return { kind: "nx", key: hash };
  if (path === "/healthz") return { kind: "health" };
  return { kind: path === "/metrics" ? "metrics" : "none" };
}
