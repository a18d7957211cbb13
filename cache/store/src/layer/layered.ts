// This file lays a local store over a shared one: what is missing here is looked for there, what is made here is sent there.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { KolmError } from "@kolm/format";
import { checkName } from "../digest.ts";
import type { Blobs, Depot, Memo, Remote, Store } from "../port.ts";
import { Breaker, type BreakerOptions } from "./breaker.ts";
import { Uploads } from "./uploads.ts";

export type LayerOptions = {
  /** False: the shared store is only read. */
  readonly sends: boolean;
  /** How long close() waits for uploads; milliseconds. */
  readonly flushMs: number;
  /** Largest blob taken from the shared store; bytes. */
  readonly limit: number;
  readonly breaker: BreakerOptions;
  /** Lookups that found nothing may take this long together, then the memo is not asked for `restMs`; milliseconds. */
  readonly patienceMs: number;
};

/** What the shared store did for this process. */
export type Traffic = { hits: number; misses: number; fetched: number; sent: number; unsent: number };

export type LayeredStore = Store & { readonly own: Memo; readonly traffic: Readonly<Traffic> };

/**
 * A store that fails only as the local one does: the shared store's silence, failures and lies are misses. A blob counts as there once it has been
 * fetched and checked, so path() then names a whole file. Write-once holds locally; what others remembered never conflicts with what is made here.
 */
export function layeredStore(local: Store, remote: Remote, options: LayerOptions): LayeredStore {
  const breaker = new Breaker(options.breaker);
  const traffic: Traffic = { hits: 0, misses: 0, fetched: 0, sent: 0, unsent: 0 };
  const uploads = new Uploads();
  const parts: Parts = { local, remote, breaker, traffic, uploads, options };
  return {
    traffic,
    blobs: layeredBlobs(parts),
    memo: layeredMemo(parts),
    own: local.own ?? local.memo,
    close: async () => {
      traffic.unsent += await uploads.flush(options.flushMs);
      await remote.close();
      await local.close();
    },
  };
}

type Parts = {
  readonly local: Store;
  readonly remote: Remote;
  readonly breaker: Breaker;
  readonly traffic: Traffic;
  readonly uploads: Uploads;
  readonly options: LayerOptions;
};

function layeredBlobs({ local: { blobs: here }, remote, breaker, traffic, uploads, options }: Parts): Blobs {
  const fetching = new Map<string, Promise<boolean>>();
  const fetchBlob = (sha256: string): Promise<boolean> => {
    const under = fetching.get(sha256);
    if (under !== undefined) return under;
    const fetched = breaker
      .guard(() => copyBlob(sha256, { from: remote.blobs, to: here, limit: options.limit }), false)
      .finally(() => fetching.delete(sha256));
    fetching.set(sha256, fetched);
    return fetched.then((found) => count(traffic, found));
  };
  const has = async (sha256: string): Promise<boolean> => (await here.has(sha256)) || fetchBlob(sha256);
  const send = (sha256: string): void => {
    if (options.sends) uploads.blob(() => breaker.guard(() => sendBlob(sha256), undefined));
  };
  const sendBlob = async (sha256: string): Promise<void> => {
    const { size } = await stat(here.path(sha256));
    await remote.blobs.write(here.read(sha256), { sha256, size });
    traffic.sent++;
  };
  return {
    has,
    path: (sha256) => here.path(sha256),
    touch: (sha256) => here.touch(sha256),
    get: async (sha256) => {
      try {
        return await here.get(sha256);
      } catch (error) {
        // An altered blob is mended by the same way a missing one comes.
        if (!isAbsent(error) || !(await fetchBlob(sha256))) throw error;
        return here.get(sha256);
      }
    },
    async *read(sha256) {
      await has(sha256);
      yield* here.read(sha256);
    },
    put: async (bytes) => sentOnce(await here.put(bytes), send),
    write: async (pieces, expected) => sentOnce(await here.write(pieces, expected), send),
  };
}

function sentOnce(sha256: string, send: (sha256: string) => void): string {
  send(sha256);
  return sha256;
}

const isAbsent = (error: unknown): boolean =>
  error instanceof KolmError && (error.code === "BLOB_MISSING" || error.code === "BLOB_ALTERED");

type Copy = { readonly from: Depot; readonly to: Depot; readonly limit: number };

/** False where there is none; wrong bytes never arrive. */
async function copyBlob(sha256: string, { from, to, limit }: Copy): Promise<boolean> {
  try {
    await to.write(from.read(sha256), { sha256, limit });
    return true;
  } catch (error) {
    if (error instanceof KolmError && error.code === "BLOB_MISSING") return false;
    throw error;
  }
}

function count(traffic: Traffic, found: boolean): boolean {
  if (found) traffic.fetched++;
  traffic[found ? "hits" : "misses"]++;
  return found;
}

function layeredMemo({ local: { memo: here }, remote, breaker, traffic, uploads, options }: Parts): Memo {
  const patience = new Patience(options);
  return {
    get: async (key) => {
      const known = (await here.get(key)) ?? (await here.get(elsewhere(key)));
      if (known !== undefined || patience.isOver) return known;
      const found = await patience.time(() => breaker.guard(() => remote.memo.get(key), undefined));
      traffic[found === undefined ? "misses" : "hits"]++;
      if (found !== undefined) await ignoreConflict(here.put(elsewhere(key), found));
      return found;
    },
    put: async (key, value) => {
      await here.put(key, value);
      const kept = value.slice();
      if (options.sends)
        uploads.entry(() => breaker.guard(() => ignoreConflict(remote.memo.put(key, kept)), undefined));
    },
  };
}

/** What others remembered is kept under another key, so that a stage that has to run again is never at odds with it. */
const elsewhere = (key: string): string =>
  createHash("sha256")
    .update(`kolm/remote/1\n${checkName(key)}`)
    .digest("hex");

async function ignoreConflict(put: Promise<void>): Promise<void> {
  await put.catch((error: unknown) => {
    if (!(error instanceof KolmError) || error.code !== "MEMO_CONFLICT") throw error;
  });
}

/** Bounds what lookups in vain may cost where a slow server knows nothing. */
class Patience {
  readonly #options: LayerOptions;
  #spentMs = 0;
  #restsUntil = -Infinity;

  constructor(options: LayerOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#options.breaker.now() < this.#restsUntil;
  }

  async time<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    const { now, restMs } = this.#options.breaker;
    const start = now();
    const found = await look();
    this.#spentMs = found === undefined ? this.#spentMs + now() - start : 0;
    if (this.#spentMs > this.#options.patienceMs) {
      this.#spentMs = 0;
      this.#restsUntil = now() + restMs;
    }
    return found;
  }
}
