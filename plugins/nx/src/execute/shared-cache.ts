// This file lays the workspace's store over the shared cache that kolm.workspace.yaml names, where there is one and it may be used.
import { isAbsolute, join } from "node:path";
import { kidOf, KolmError, type Signer } from "@kolm/format";
import { loadKeyFile, nodeCrypto, passphraseFrom, readPublicKey } from "@kolm/format/node";
import type { RemoteCache, WorkspaceFile } from "@kolm/stage";
import { bucketRemote, httpRemote, layeredStore, openStore, type Remote, signedMemo, type Store } from "@kolm/store";
import { keyFileOf } from "./signer.ts";

const BLOB_LIMIT = 8 * 2 ** 30;
const LAYER = { flushMs: 60_000, limit: BLOB_LIMIT, patienceMs: 10_000 };
const BREAKER = { failures: 3, restMs: 60_000, now: () => performance.now() };

type Ports = { readonly root: string; readonly secret: (name: string) => string | undefined };

/** KolmError KEY_UNREADABLE for a producer without a public key, CACHE_URL for an address that would carry the token in the clear. */
export async function openCache({ folder, remote }: WorkspaceFile["cache"], { root, secret }: Ports): Promise<Store> {
  const local = await openStore(isAbsolute(folder) ? folder : join(root, folder));
  if (remote === undefined) return local;
  const far = connect(remote, secret);
  if (far === undefined) return local;
  const signer = await producerKey(remote, root);
  const trusted = new Map(signer === undefined ? [] : [[signer.kid, signer.spki]]);
  for (const path of remote.producers) {
    const spki = await readPublicKey(isAbsolute(path) ? path : join(root, path));
    trusted.set(kidOf(nodeCrypto, spki), spki);
  }
  const memo = signedMemo(far.memo, { signer, trusted, onRefused: warnOnce() });
  const onOpen = (cause: unknown): void => say(cause instanceof Error ? cause.message : String(cause));
  return layeredStore(
    local,
    { ...far, memo },
    { ...LAYER, sends: signer !== undefined, breaker: { ...BREAKER, onOpen } },
  );
}

/** Undefined where the environment holds no token or credentials: people without them build with their own store. */
function connect(remote: RemoteCache, secret: Ports["secret"]): Remote | undefined {
  const { url: address, token: name, timeoutMs, endpoint, region } = remote;
  const url = new URL(address);
  if (url.protocol === "s3:") {
    const [id, key] = [secret("AWS_ACCESS_KEY_ID"), secret("AWS_SECRET_ACCESS_KEY")];
    if (id === undefined || key === undefined) return undefined;
    const bucket = new URL(`${url.host}${url.pathname}`, withSlash(endpoint ?? `https://s3.${region}.amazonaws.com`));
    const credentials = { id, secret: key, sessionToken: secret("AWS_SESSION_TOKEN") };
    return bucketRemote({ url: checked(bucket), timeoutMs, region, credentials, limit: BLOB_LIMIT });
  }
  const token = name === undefined ? undefined : secret(name);
  if (name !== undefined && (token ?? "") === "") return undefined;
  return httpRemote({ url: checked(url), timeoutMs, token, limit: BLOB_LIMIT });
}

const withSlash = (address: string): string => (address.endsWith("/") ? address : `${address}/`);

function checked(url: URL): URL {
  if (url.protocol === "https:" || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return url;
  throw new KolmError(
    "CACHE_URL",
    `cache.remote has ${url.protocol}//${url.host}: without TLS anyone on the way reads the token`,
    {
      hint: "Use https, or http to this machine alone.",
      place: { file: "kolm.workspace.yaml" },
    },
  );
}

/** The key that signs what is sent; undefined where none is named or it is not on this machine. */
async function producerKey({ key }: RemoteCache, root: string): Promise<Signer | undefined> {
  if (key === undefined) return undefined;
  try {
    const path = key.startsWith("keys:") ? await keyFileOf(key.slice("keys:".length)) : key;
    return await loadKeyFile(
      isAbsolute(path) ? path : join(root, path),
      passphraseFrom(process.env["KOLM_PASSPHRASE_FD"]),
    );
  } catch (error) {
    if (error instanceof KolmError && error.code === "KEY_MISSING") return undefined;
    throw error;
  }
}

function warnOnce(): (key: string) => void {
  let isSaid = false;
  return (key) => {
    if (!isSaid) say(`entry ${key.slice(0, 16)} is signed by nobody whom cache.remote.producers lists`);
    isSaid = true;
  };
}

const say = (why: string): void => void process.stderr.write(`  shared cache: ${why}; the build goes on without it\n`);
