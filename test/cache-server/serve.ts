// This file starts the cache server for tests, with tokens for main, a branch and pull requests.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CacheServer, readTokens, type ServerOptions, startCacheServer } from "@kolm/cache-server";

export const TOKENS = {
  main: { scope: "main", write: true },
  reader: { scope: "main", write: false },
  branch: { scope: "branch:feature/x", write: true },
  pr: { scope: "pr:12", write: true },
  other: { scope: "pr:13", write: true },
  late: { scope: "main", write: true, expires: "2020-01-01T00:00:00Z" },
} as const;
export type Who = keyof typeof TOKENS;

export type Served = AsyncDisposable & {
  readonly url: string;
  readonly folder: string;
  readonly server: CacheServer;
  readonly lines: readonly string[];
};
export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
export const tokenOf = (who: Who): string => `secret-of-${who}`;

/** A server on a free port of this machine over a fresh folder. */
export async function serve(changes: Partial<ServerOptions> = {}): Promise<Served> {
  const root = await mkdtemp(join(tmpdir(), "kolm-cache-server-"));
  const folder = changes.folder ?? join(root, "cache");
  const lines: string[] = [];
  const server = await startCacheServer({
    folder,
    host: "127.0.0.1",
    port: 0,
    tokens: await readTokens(await writeTokens(join(root, "tokens.json"))),
    limits: { maxBytes: 1e9, maxAgeMs: 1e12 },
    maxUpload: 64 << 20,
    log: (line) => lines.push(line),
    ...changes,
  });
  const stop = async (): Promise<void> => {
    await server.stop(500);
    await rm(root, { recursive: true, force: true });
  };
  return { url: server.url, folder, server, lines, [Symbol.asyncDispose]: stop };
}

export async function writeTokens(path: string): Promise<string> {
  const tokens = Object.entries(TOKENS).map(([name, grant]) => ({
    name,
    sha256: sha256(`secret-of-${name}`),
    ...grant,
  }));
  await writeFile(path, JSON.stringify({ tokens }));
  return path;
}

export type Heard = { readonly status: number; readonly type: string | null; readonly bytes: Uint8Array };

/** One request as somebody. */
export async function ask(
  url: string,
  who: Who | undefined,
  { method = "GET", body }: { method?: string; body?: Uint8Array | string } = {},
): Promise<Heard> {
  const response = await fetch(url, {
    method,
    ...(who === undefined ? {} : { headers: { authorization: `Bearer ${tokenOf(who)}` } }),
    ...(body === undefined ? {} : { body }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get("content-type"), bytes };
}
