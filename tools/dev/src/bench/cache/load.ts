// This file is a thousand clients that write and read blobs of 4 KB to 64 MB and check every byte they get.
import { createHash } from "node:crypto";
import { Agent, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ServerProcess } from "./process.ts";

export type Load = {
  readonly requests: number;
  readonly errors: number;
  readonly fives: number;
  readonly corrupt: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly peakRss: number;
};

const CLIENTS = 1000;
/** How many clients write a blob of that size; all of them read some. */
const SIZES = [
  { bytes: 4_096, share: 0.7 },
  { bytes: 65_536, share: 0.2 },
  { bytes: 1 << 20, share: 0.095 },
  { bytes: 64 << 20, share: 0.005 },
] as const;
const PIECE = 65_536;
const READS = 4;

type Blob = { readonly seed: Buffer; readonly size: number; readonly sha256: string };
type Counts = { requests: number; errors: number; fives: number; corrupt: number; bytes: number };

/** Every client writes one blob, then reads four that others have written. */
export async function measureLoad(server: ServerProcess): Promise<Load> {
  const blobs = makeBlobs();
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const counts: Counts = { requests: 0, errors: 0, fives: 0, corrupt: 0, bytes: 0 };
  const talk = { server, agent, counts };
  const start = performance.now();
  await Promise.all(blobs.map((blob) => counted(counts, () => put(blob, talk))));
  // Large reads are left to few clients: a thousand readers of 64 MB would measure the disk's patience.
  const reads = blobs.map((_, client) =>
    Array.from({ length: READS }, (_, turn) => blobs[(client * 7 + turn * 311) % blobs.length]),
  );
  await Promise.all(
    reads.map(async (wanted) => {
      for (const blob of wanted) if (blob !== undefined) await counted(counts, () => get(blob, talk));
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  const { bytes, ...rest } = counts;
  return { ...rest, megabytes: bytes / 1e6, seconds, peakRss: server.peakRss() };
}

function makeBlobs(): Blob[] {
  return SIZES.flatMap(({ bytes, share }) =>
    Array.from({ length: Math.round(CLIENTS * share) }, (_, index) => {
      const seed = Buffer.alloc(Math.min(bytes, PIECE), `${bytes} ${index} `);
      const hash = createHash("sha256");
      for (let at = 0; at < bytes; at += seed.length) hash.update(seed);
      return { seed, size: bytes, sha256: hash.digest("hex") };
    }),
  );
}

async function counted(counts: Counts, call: () => Promise<void>): Promise<void> {
  counts.requests++;
  await call().catch(() => counts.errors++);
}

type Talk = { readonly server: ServerProcess; readonly agent: Agent; readonly counts: Counts };

async function put({ seed, size, sha256 }: Blob, { server, agent, counts }: Talk): Promise<void> {
  const sent = request(new URL(`cas/${sha256}`, server.url), {
    method: "PUT",
    agent,
    headers: { authorization: `Bearer ${server.token}`, "content-length": size },
  });
  const heard = new Promise<number>((resolve, reject) => {
    sent.on("error", reject).on("response", (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
  });
  await Promise.all([pipeline(Readable.from(piecesOf(seed, size)), sent), heard]);
  count(await heard, counts);
  counts.bytes += size;
}

function* piecesOf(seed: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < size; at += seed.length) yield seed;
}

async function get({ sha256 }: Blob, { server, agent, counts }: Talk): Promise<void> {
  const hash = createHash("sha256");
  const status = await new Promise<number>((resolve, reject) => {
    request(new URL(`cas/${sha256}`, server.url), { agent, headers: { authorization: `Bearer ${server.token}` } })
      .on("error", reject)
      .on("response", (response) => {
        response.on("data", (piece: Buffer) => {
          hash.update(piece);
          counts.bytes += piece.length;
        });
        response.on("error", reject).on("end", () => resolve(response.statusCode ?? 0));
      })
      .end();
  });
  count(status, counts);
  if (status === 200 && hash.digest("hex") !== sha256) counts.corrupt++;
}

function count(status: number, counts: Counts): void {
  if (status >= 500) counts.fives++;
  else if (status !== 200) counts.errors++;
}
