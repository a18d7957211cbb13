// This file is a store on a server that speaks the Bazel HTTP cache protocol: /cas/ for blobs, /ac/ for memo entries.
import { KolmError } from "@kolm/format";
import { blobMissing, checkBytes, checked, checkName, gather, sha256Of } from "../digest.ts";
import { checkSame } from "../memo.ts";
import type { Depot, Expected, Memo, Remote } from "../port.ts";
import { discard, openWire, piecesOf, type Reply, type Wire, type WireOptions } from "./wire.ts";

/** Largest memo entry that is taken from a server: 16 MiB. */
const ENTRY_LIMIT = 16 << 20;
/** Below this size asking first costs more than sending twice. */
const ASK_FIRST = 16_384;

export type RemoteOptions = {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly token?: string | undefined;
  /** Largest blob that is taken from the server; bytes. */
  readonly limit: number;
  readonly signal?: AbortSignal;
};

/** A cache server: ours, bazel-remote, nginx with WebDAV … Failures are KolmErrors: REMOTE_UNREACHABLE, REMOTE_REFUSED, BLOB_ALTERED. */
export function httpRemote({ token, limit, ...options }: RemoteOptions): Remote {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return remoteOver({ ...options, headers: () => authorization }, { limit });
}

/** The protocol over any way of signing requests. `createOnly` are headers that make a server refuse to overwrite (412 or 409). */
export function remoteOver(
  options: WireOptions,
  { limit, createOnly = {} }: { readonly limit: number; readonly createOnly?: Readonly<Record<string, string>> },
): Remote {
  const wire = openWire(options);
  const place = options.url.href;
  return {
    blobs: remoteBlobs(wire, { limit, place }),
    memo: remoteMemo(wire, { place, createOnly }),
    close: async () => wire.close(),
  };
}

function remoteBlobs(wire: Wire, { limit, place }: { limit: number; place: string }): Depot {
  const has = async (sha256: string): Promise<boolean> => {
    const reply = await wire.send({ method: "HEAD", path: `cas/${checkName(sha256)}` });
    await discard(reply);
    return reply.status === 200 || (reply.status === 404 ? false : refused(reply, place));
  };
  async function* read(sha256: string): AsyncGenerator<Uint8Array> {
    const reply = await wire.send({ method: "GET", path: `cas/${checkName(sha256)}` });
    if (reply.status !== 200) await discard(reply);
    if (reply.status === 404) throw blobMissing(sha256);
    if (reply.status !== 200) refused(reply, place);
    yield* checked(piecesOf(reply, place), { sha256, limit }, place);
  }
  const send = async (pieces: () => AsyncIterable<Uint8Array>, sha256: string, size: number): Promise<string> => {
    if (size > ASK_FIRST && (await has(sha256))) return sha256;
    const reply = await wire.send({ method: "PUT", path: `cas/${sha256}`, body: { pieces, size, sha256 } });
    await discard(reply);
    if (!isStored(reply)) refused(reply, place);
    return sha256;
  };
  const put = (bytes: Uint8Array): Promise<string> => send(() => once(bytes), sha256Of(bytes), bytes.length);
  return {
    has,
    touch: has,
    read,
    put,
    get: async (sha256) => checkBytes(sha256, await gather(read(sha256)), place),
    write: async (pieces, expected: Expected = {}) => {
      const { sha256, size } = expected;
      const arriving = checked(pieces, expected, "the writer");
      // The name stands before the bytes in this protocol, so a stream of unknown bytes has to be held.
      if (sha256 === undefined || size === undefined) return put(await gather(arriving));
      return send(onlyOnce(arriving), checkName(sha256), size);
    },
  };
}

function remoteMemo(
  wire: Wire,
  { place, createOnly }: { place: string; createOnly: Readonly<Record<string, string>> },
): Memo {
  const get = async (key: string): Promise<Uint8Array | undefined> => {
    const reply = await wire.send({ method: "GET", path: `ac/${checkName(key)}` });
    if (reply.status === 200) return gather(checked(piecesOf(reply, place), { limit: ENTRY_LIMIT }, place));
    await discard(reply);
    return reply.status === 404 ? undefined : refused(reply, place);
  };
  return {
    get,
    put: async (key, value) => {
      const body = { pieces: () => once(value), size: value.length, sha256: sha256Of(value) };
      const reply = await wire.send({ method: "PUT", path: `ac/${checkName(key)}`, headers: createOnly, body });
      await discard(reply);
      if (isStored(reply)) return;
      if (reply.status !== 409 && reply.status !== 412) refused(reply, place);
      checkSame(key, await get(key), value);
    },
  };
}

/** A stream cannot be sent a second time when the first connection broke. */
function onlyOnce(pieces: AsyncIterable<Uint8Array>): () => AsyncIterable<Uint8Array> {
  let isUsed = false;
  return () => {
    if (isUsed) throw new Error("the connection broke off while a stream was being sent");
    isUsed = true;
    return pieces;
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const isStored = ({ status }: Reply): boolean => status === 200 || status === 201 || status === 204;

function refused({ status }: Reply, url: string): never {
  const { host } = new URL(url);
  throw new KolmError("REMOTE_REFUSED", `the shared cache at ${host} answered ${status}`, {
    hint:
      status === 401 || status === 403
        ? "Its token is missing, has run out or may not do this: see cache.remote.token in kolm.workspace.yaml."
        : "Look at the server's log.",
  });
}
