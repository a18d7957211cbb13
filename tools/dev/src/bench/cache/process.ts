// This file starts the cache server as a process of its own and watches its memory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KOLM = join(import.meta.dirname, "../../../../kolm/bin/kolm.js");

export type ServerProcess = AsyncDisposable & {
  readonly url: URL;
  readonly token: string;
  /** Largest resident memory so far; bytes. */
  readonly peakRss: () => number;
};

/** `kolm cache serve` on a free port with one token that may write main. */
export async function startServer(): Promise<ServerProcess> {
  const root = await mkdtemp(join(tmpdir(), "kolm-bench-cache-"));
  const tokens = join(root, "tokens.json");
  const issued = await run(["token", "--tokens", tokens, "--name", "bench", "--scope", "main", "--write"]);
  const words = ["--port", "0", "--quiet", "--folder", join(root, "cache"), "--tokens", tokens];
  const served = await run(["serve", ...words]);
  const { token } = JSON.parse(issued.line) as { token: string };
  const { url } = JSON.parse(served.line) as { url: string };
  const peakRss = (): number => {
    const status = readFileSync(`/proc/${served.child.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
  };
  const stop = async (): Promise<void> => {
    served.child.kill("SIGTERM");
    if (served.child.exitCode === null) await once(served.child, "exit");
    await rm(root, { recursive: true, force: true });
  };
  return { url: new URL(url), token, peakRss, [Symbol.asyncDispose]: stop };
}

async function run(words: readonly string[]) {
  const child = spawn(process.execPath, [KOLM, "cache", ...words, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const [data] = (await once(child.stdout, "data")) as [Buffer];
  return { child, line: data.toString() };
}
