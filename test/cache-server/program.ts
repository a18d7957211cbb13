// This file is a process for tests: a cache server that fills its disk, or a client that moves 2 GiB.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readTokens, startCacheServer } from "@kolm/cache-server";
import { httpRemote, verifyBlobs } from "@kolm/store";
import { ask, sha256, tokenOf } from "./serve.ts";

const [place = "", second = "", mode = ""] = process.argv.slice(2);
if (mode === "large") await moveLarge(place, Number(second));
else await fillFolder(place, second);

async function fillFolder(folder: string, tokens: string): Promise<void> {
  const limits = { maxBytes: 1e11, maxAgeMs: 1e12 };
  const server = await startCacheServer({
    folder,
    host: "127.0.0.1",
    port: 0,
    tokens: await readTokens(tokens),
    limits,
    maxUpload: 4e9,
    log: () => {},
  });
  process.stdout.write(JSON.stringify(await fillDisk(server.url, folder)));
  await server.stop(100);
}

async function fillDisk(url: string, folder: string): Promise<Record<string, number>> {
  const put = async (path: string, body: Uint8Array): Promise<number> =>
    (await ask(`${url}${path}`, "main", { method: "PUT", body })).status;
  const [small, large] = [Buffer.alloc(1_000_000, "s"), Buffer.alloc(4_000_000, "l")];
  const first = await put(`/cas/${sha256(small)}`, small);
  const [cas, nx] = [await put(`/cas/${sha256(large)}`, large), await put("/v1/cache/77", large)];
  const miss = (await ask(`${url}/v1/cache/77`, "main")).status;
  const hit = (await ask(`${url}/cas/${sha256(small)}`, "main")).status;
  const scope = join(folder, "scopes/main");
  const { damaged } = await verifyBlobs(join(scope, "blobs"));
  const temps = readdirSync(join(scope, "temp")).length;
  rmSync(join(scope, "blobs", sha256(small).slice(0, 2)), { recursive: true });
  const again = await put(`/v1/cache/78`, Buffer.alloc(2_000_000));
  return { first, cas, nx, miss, hit, damaged: damaged.length, temps, again };
}

async function moveLarge(url: string, pid: number): Promise<void> {
  const rss = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
  const piece = Buffer.alloc(1 << 20, "kolm");
  const count = 2048;
  const hash = createHash("sha256");
  for (let at = 0; at < count; at++) hash.update(piece);
  const known = { sha256: hash.digest("hex"), size: count * piece.length };
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < count; at++) yield piece;
  }
  const remote = httpRemote({ url: new URL(url), timeoutMs: 20_000, token: tokenOf("main"), limit: 4e9 });
  const first = rss();
  let peak = first;
  const timer = setInterval(() => (peak = Math.max(peak, rss())), 20);
  await remote.blobs.write(pieces(), known);
  for await (const _ of remote.blobs.read(known.sha256));
  clearInterval(timer);
  await remote.close();
  process.stdout.write(JSON.stringify({ before: first, peak }));
}
