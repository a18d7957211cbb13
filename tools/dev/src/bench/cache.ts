// This file measures the shared cache's server: a thousand clients at once, against a plain file server where there is one.
import { spawnSync } from "node:child_process";
import type { Bench, Row } from "./bench.ts";
import { measureLoad } from "./cache/load.ts";
import { startServer } from "./cache/process.ts";

/** npm run bench -- cache */
export const cache: Bench = {
  name: "cache",
  summary: "the cache server: 1,000 clients, mixed reads and writes of 4 KB to 64 MB",
  measure: async () => {
    await using server = await startServer();
    const { errors, fives, corrupt, megabytes, seconds, peakRss, requests } = await measureLoad(server);
    const rate = megabytes / seconds;
    const hasNginx = spawnSync("nginx", ["-v"]).error === undefined;
    const rows: readonly Row[] = [
      { what: "requests by 1,000 clients", aim: "–", measured: `${requests}, ${megabytes.toFixed(0)} MB`, holds: null },
      {
        what: "failed, 5xx, wrong bytes",
        aim: "0, 0, 0",
        measured: `${errors}, ${fives}, ${corrupt}`,
        holds: errors + fives + corrupt === 0,
      },
      { what: "peak memory of the server", aim: "–", measured: `${(peakRss / 1e6).toFixed(0)} MB`, holds: null },
      { what: "throughput, clients on the same cores", aim: "–", measured: `${rate.toFixed(0)} MB/s`, holds: null },
      {
        what: "against nginx's static files",
        aim: ">= 0.5",
        measured: hasNginx ? "not compared by this benchmark" : "skipped: nginx is not installed",
        holds: null,
      },
    ];
    return rows;
  },
};
