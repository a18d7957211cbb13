// This file shows that a store over a shared one behaves as every store must, whatever the shared one does.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { httpRemote, layeredStore, memoryStore, openStore, type Remote, signedMemo, type Store } from "@kolm/store";
import { newProducer } from "./producer.ts";
import { openRemote, openSigned } from "./remotes.ts";
import { storeSuite } from "./suite.ts";

const root = await mkdtemp(join(tmpdir(), "kolm-layered-"));
after(() => rm(root, { recursive: true, force: true }));
let count = 0;
const folder = (): string => join(root, String(count++));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const nameOf = (text: string): string => createHash("sha256").update(text).digest("hex");

const told: string[] = [];
const layer = {
  sends: true,
  flushMs: 5000,
  limit: 1e9,
  patienceMs: 10_000,
  breaker: {
    failures: 3,
    restMs: 60_000,
    now: () => performance.now(),
    onOpen: (cause: unknown) => told.push(String(cause)),
  },
};
storeSuite("folder over cache server", async () => layeredStore(await openStore(folder()), await openSigned(), layer));
storeSuite("folder over a dead server", async () => {
  const dead = httpRemote({ url: new URL("http://127.0.0.1:9"), timeoutMs: 500, limit: 1e9 });
  return layeredStore(await openStore(folder()), dead, layer);
});
storeSuite("memory over memory", async () => layeredStore(memoryStore(), memoryStore(), layer));

/** A server that does what it likes. */
async function misbehaving(listener: RequestListener): Promise<Remote> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a listening TCP server has such an address
  const remote = httpRemote({ url: new URL(`http://127.0.0.1:${port}`), timeoutMs: 300, limit: 100_000 });
  const memo = signedMemo(remote.memo, { signer: newProducer(), trusted: new Map(), onRefused: () => {} });
  return {
    ...remote,
    memo,
    close: async () => {
      await remote.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function withLayers(remote: Remote, use: (store: Store & { traffic: object }) => Promise<void>): Promise<void> {
  const store = layeredStore(memoryStore(), remote, layer);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

/** What every build needs of its store, whatever stands behind it. */
async function worksAlone(store: Store): Promise<void> {
  const missing = nameOf("nobody has this");
  assert.equal(await store.blobs.has(missing), false);
  await assert.rejects(store.blobs.get(missing), { code: "BLOB_MISSING" });
  assert.equal(await store.memo.get(missing), undefined);
  await store.memo.put(missing, bytesOf("answer"));
  assert.deepEqual(await store.memo.get(missing), bytesOf("answer"));
  assert.deepEqual(await store.blobs.get(await store.blobs.put(bytesOf("mine"))), bytesOf("mine"));
}

describe("a shared store that misbehaves", () => {
  const CASES: Readonly<Record<string, RequestListener>> = {
    "answers 500": (_, response) => void response.writeHead(500).end("no"),
    "answers 401": (_, response) => void response.writeHead(401).end("no"),
    "says yes to everything with the wrong bytes": (_, response) => void response.writeHead(200).end("poison"),
    "says yes with nothing": (_, response) => void response.writeHead(200).end(),
    "breaks off in the middle": (_, response) => {
      response.writeHead(200, { "content-length": 1000 }).write("some");
      setTimeout(() => response.destroy(), 10);
    },
    "speaks no HTTP": (request) => void request.socket.end("garbage\r\n\r\n"),
    "closes every connection": (request) => void request.socket.destroy(),
    "never stops sending": (_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(50_000)), 1);
      response.on("close", () => clearInterval(timer));
    },
  };
  for (const [name, listener] of Object.entries(CASES))
    it(`${name}: the build has its own store`, async () => withLayers(await misbehaving(listener), worksAlone));

  it("hangs: a thousand lookups take no longer than three timeouts", async () => {
    await withLayers(await misbehaving(() => {}), async (store) => {
      const start = performance.now();
      for (let index = 0; index < 1000; index++) assert.equal(await store.memo.get(nameOf(`${index}`)), undefined);
      const took = performance.now() - start;
      assert.ok(took < 3 * 300 + 1000, `${took} ms`);
      assert.match(told.at(-1) ?? "", /no sign of life/);
    });
  });

  it("lies about a blob: nothing of it is stored, and the right bytes are taken where another has them", async () => {
    const far = memoryStore();
    const lying: Remote = {
      ...far,
      blobs: {
        ...far.blobs,
        async *read() {
          yield bytesOf("poison");
        },
      },
    };
    const local = memoryStore();
    const name = await far.blobs.put(bytesOf("right"));
    const store = layeredStore(local, lying, layer);
    assert.equal(await store.blobs.has(name), false);
    assert.equal(await local.blobs.has(name), false);
    assert.equal(await local.blobs.has(nameOf("poison")), false);
    const honest = layeredStore(local, far, layer);
    assert.deepEqual(await honest.blobs.get(name), bytesOf("right"));
    await store.close();
  });
});

describe("signed entries", () => {
  const [known, unknown] = [newProducer(), newProducer()];
  const trusted = new Map([[known.kid, known.spki]]);
  const [a, b] = [nameOf("a"), nameOf("b")];

  it("of unknown producers, moved to another key, altered or unsigned are misses, and are reported", async () => {
    const { memo } = memoryStore();
    const refused: string[] = [];
    const reader = signedMemo(memo, { trusted, onRefused: (key) => refused.push(key) });
    await signedMemo(memo, { signer: unknown, trusted, onRefused: () => {} }).put(a, bytesOf("of a stranger"));
    assert.equal(await reader.get(a), undefined);
    await signedMemo(memo, { signer: known, trusted, onRefused: () => {} }).put(b, bytesOf("good"));
    assert.deepEqual(await reader.get(b), bytesOf("good"));
    const sealed = (await memo.get(b)) ?? new Uint8Array();
    await memo.put(nameOf("c"), sealed);
    assert.equal(await reader.get(nameOf("c")), undefined);
    for (let at = 0; at < sealed.length; at++) {
      const altered = sealed.slice();
      altered[at] = (altered[at] ?? 0) ^ 1;
      await memo.put(nameOf(`altered ${at}`), altered);
      const { get } = signedMemo(
        { ...memo, get: () => memo.get(nameOf(`altered ${at}`)) },
        { trusted, onRefused: (key) => refused.push(key) },
      );
      assert.equal(await get(b), undefined, `byte ${at}`);
    }
    await memo.put(nameOf("d"), bytesOf("unsigned"));
    assert.equal(await reader.get(nameOf("d")), undefined);
    assert.equal(refused.length, 3 + sealed.length);
  });

  it("are not written where there is no key", async () => {
    const { memo } = memoryStore();
    await signedMemo(memo, { trusted, onRefused: () => {} }).put(a, bytesOf("x"));
    assert.equal(await memo.get(a), undefined);
  });
});

describe("two machines over one shared store", () => {
  it("have each other's blobs as files, and answers, once the first has closed", async () => {
    const remote = await openRemote();
    const far: Remote = { ...remote, close: async () => {} };
    const first = layeredStore(await openStore(folder()), far, layer);
    const big = new Uint8Array(2_000_000).fill(7);
    const name = await first.blobs.put(big);
    await first.memo.put(name, bytesOf("answer"));
    await first.close();
    const second = layeredStore(await openStore(folder()), far, layer);
    assert.deepEqual(await second.memo.get(name), bytesOf("answer"));
    assert.equal(await second.blobs.has(name), true);
    assert.deepEqual(await second.blobs.get(name), big);
    assert.deepEqual(second.traffic, { hits: 2, misses: 0, fetched: 1, sent: 0, unsent: 0 });
    await second.close();
    await remote.close();
  });

  it("may remember different answers: the own one goes before the shared one, without conflict", async () => {
    const far = memoryStore();
    const local = memoryStore();
    const store = layeredStore(local, far, layer);
    const key = nameOf("contested");
    await far.memo.put(key, bytesOf("theirs"));
    assert.deepEqual(await store.memo.get(key), bytesOf("theirs"));
    await store.memo.put(key, bytesOf("ours"));
    assert.deepEqual(await store.memo.get(key), bytesOf("ours"));
    await store.close();
    assert.deepEqual(await far.memo.get(key), bytesOf("theirs"));
  });

  it("mends a damaged blob from the shared store", async () => {
    const far = memoryStore();
    const name = await far.blobs.put(bytesOf("right"));
    const local = memoryStore();
    const damaged: Store = {
      ...local,
      blobs: {
        ...local.blobs,
        get: async (sha256) => {
          if (await local.blobs.has(sha256)) return local.blobs.get(sha256);
          throw Object.assign(new (await import("@kolm/format")).KolmError("BLOB_ALTERED", "altered"));
        },
      },
    };
    const store = layeredStore(damaged, far, layer);
    assert.deepEqual(await store.blobs.get(name), bytesOf("right"));
    await store.close();
  });

  it("keeps facts about one machine to itself", async () => {
    const far = memoryStore();
    const store = layeredStore(memoryStore(), far, layer);
    await store.own.put(nameOf("mine"), bytesOf("alone"));
    await store.close();
    assert.equal(await far.memo.get(nameOf("mine")), undefined);
  });
});
