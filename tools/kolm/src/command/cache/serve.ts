// This file serves a shared cache until it is told to stop, and issues tokens for it.
import { resolve } from "node:path";
import { issueToken, readTokens, startCacheServer } from "@kolm/cache-server";
import { KolmError } from "@kolm/format";
import { writeFileAtomically } from "@kolm/format/node";
import type { Flags } from "./cache.ts";
import { daysFlag, sizeFlag } from "./sizes.ts";

const STOP_MS = 30_000;

export async function serve(flags: Flags): Promise<number> {
  const tokens = text(flags, "tokens");
  if (tokens === undefined) {
    throw new KolmError("USAGE", "kolm cache serve needs --tokens <file>", {
      hint: "Make one: kolm cache token --tokens tokens.json --name me --scope main --write",
    });
  }
  const host = text(flags, "host") ?? "127.0.0.1";
  const tls = tlsOf(flags);
  if (!isLoopback(host) && tls === undefined && flags["behind-proxy"] !== true) {
    throw new KolmError("CACHE_CLEARTEXT", `serving on ${host} without TLS would show every token to the network`, {
      hint: "Give --tls-cert and --tls-key, or --behind-proxy when a proxy in front does TLS.",
    });
  }
  const server = await startCacheServer({
    folder: resolve(text(flags, "folder") ?? ".kolm/cache-server"),
    host,
    port: portOf(flags),
    tokens: await readTokens(tokens),
    tls,
    limits: { maxBytes: sizeFlag(flags, "max-size") ?? 50e9, maxAgeMs: daysFlag(flags, "max-age") ?? 30 * 86_400_000 },
    maxUpload: sizeFlag(flags, "max-upload") ?? 4e9,
    log: flags["quiet"] === true ? () => {} : (line) => void process.stderr.write(`${line}\n`),
  });
  console.log(flags["json"] === true ? JSON.stringify({ url: server.url }) : `kolm cache at ${server.url}`);
  await new Promise((stop) => process.once("SIGINT", stop).once("SIGTERM", stop));
  await server.stop(STOP_MS);
  return 0;
}

export async function token(flags: Flags): Promise<number> {
  const [path, name, scope] = [text(flags, "tokens"), text(flags, "name"), text(flags, "scope")];
  if (path === undefined || name === undefined || scope === undefined)
    throw new KolmError("USAGE", "kolm cache token needs --tokens, --name and --scope");
  const expires = text(flags, "expires");
  const issued = await issueToken(path, {
    name,
    scope,
    write: flags["write"] === true,
    ...(expires ? { expires } : {}),
  });
  await writeFileAtomically(path, [Buffer.from(issued.text)], { mode: 0o600 });
  if (flags["json"] === true) console.log(JSON.stringify({ token: issued.token, name, scope }));
  else console.log(`${issued.token}\nShown this once: ${path} holds only its digest.`);
  return 0;
}

function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function portOf(flags: Flags): number {
  const port = Number(text(flags, "port") ?? 8917);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new KolmError("USAGE", `--port ${String(flags["port"])} is no port`, { hint: "Write a number up to 65535." });
}

function tlsOf(flags: Flags): { cert: string; key: string } | undefined {
  const [cert, key] = [text(flags, "tls-cert"), text(flags, "tls-key")];
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new KolmError("USAGE", "--tls-cert and --tls-key go together");
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);
