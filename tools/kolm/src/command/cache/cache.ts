// This file is `kolm cache`: what the workspace's store holds, making room in it, checking it, and serving one to others.
import { KolmError } from "@kolm/format";
import type { Command } from "../../command.ts";

const ACTIONS = {
  stats: async () => (await import("./local.ts")).stats,
  gc: async () => (await import("./local.ts")).gc,
  verify: async () => (await import("./local.ts")).verify,
  serve: async () => (await import("./serve.ts")).serve,
  token: async () => (await import("./serve.ts")).token,
} satisfies Record<string, () => Promise<(flags: Flags) => Promise<number>>>;

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

export const cache: Command = {
  name: "cache",
  summary: "Shows, tidies and checks the workspace's store, and serves a shared one to other machines.",
  operands: [{ name: "action", required: true, summary: "stats, gc, verify, serve or token" }],
  flags: {
    "max-size": { type: "string", value: "<size>", summary: "gc, serve: keep no more than this (500MB, 20GB)" },
    "max-age": { type: "string", value: "<days>", summary: "gc, serve: remove what was not used for so many days" },
    "dry-run": { type: "boolean", summary: "gc: only say what would go" },
    repair: { type: "boolean", summary: "verify: remove damaged blobs, so that they are fetched or made anew" },
    folder: { type: "string", value: "<folder>", summary: "serve: where it keeps things (default .kolm/cache-server)" },
    host: { type: "string", value: "<address>", summary: "serve: default 127.0.0.1, this machine alone" },
    port: { type: "string", value: "<port>", summary: "serve: default 8917" },
    tokens: { type: "string", value: "<file>", summary: "serve, token: the file of tokens, by their digests" },
    "max-upload": { type: "string", value: "<size>", summary: "serve: largest blob (default 4GB)" },
    "tls-cert": { type: "string", value: "<file>", summary: "serve: certificate chain, PEM" },
    "tls-key": { type: "string", value: "<file>", summary: "serve: private key, PEM" },
    "behind-proxy": { type: "boolean", summary: "serve: a proxy in front does TLS" },
    quiet: { type: "boolean", summary: "serve: no access log" },
    name: { type: "string", value: "<name>", summary: "token: its name in the access log" },
    scope: { type: "string", value: "<scope>", summary: "token: main, branch:<name> or pr:<number>" },
    write: { type: "boolean", summary: "token: may write into its scope" },
    expires: { type: "string", value: "<instant>", summary: "token: when it runs out, as 2030-01-31T00:00:00Z" },
  },
  examples: [
    "kolm cache stats",
    "kolm cache gc --max-size 20GB --max-age 30",
    "kolm cache token --tokens tokens.json --name ci-main --scope main --write",
    "kolm cache serve --tokens tokens.json --max-size 200GB",
  ],
  run: async ({ operands: [action = ""], flags }) => {
    if (Object.hasOwn(ACTIONS, action)) return (await ACTIONS[action as keyof typeof ACTIONS]())(flags);
    throw new KolmError("USAGE", `kolm cache has no action "${action}"`, {
      hint: `Actions: ${Object.keys(ACTIONS).join(", ")}.`,
    });
  },
};
