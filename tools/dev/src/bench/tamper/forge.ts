// This file takes a valid artifact apart and puts it together again with anything changed, signing what it is told to.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import {
  assert,
  base64,
  canonicalBytes,
  chainMembers,
  digestOf,
  fromHex,
  kidOf,
  leafDigest,
  Manifest,
  memorySource,
  concatBytes,
  hex,
  parseBundle,
  parseStatement,
  PAYLOAD_TYPE,
  preAuthEncoding,
  publicChain,
  readContainer,
  type Layout,
  type Statement,
  type TenantKey,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { rawZip } from "./raw-zip.ts";

/** A key that signs whatever it is given. */
export type SigningKey = {
  readonly kid: string;
  readonly spki: Uint8Array;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
};

/** A valid artifact, whole and in its parts. */
export type Parts = {
  readonly file: Uint8Array;
  readonly layout: Layout;
  /** By path, in the order of the file. */
  readonly members: ReadonlyMap<string, Uint8Array>;
  readonly manifest: Manifest;
  readonly statement: Statement;
  readonly key: SigningKey;
  readonly tenant: TenantKey;
};

export const BUNDLE_PATH = "receipt/bundle.json";
export const INDEX_PATH = "index/chunks.bin";

/** A deterministic Ed25519 key from 32 bytes in hex. */
export function signingKey(seed: string): SigningKey {
  const raw = fromHex(`302e020100300506032b657004220420${seed}`);
  assert(raw?.length === 48, "a seed has 32 bytes");
  const key = createPrivateKey({ key: Buffer.from(raw), format: "der", type: "pkcs8" });
  const spki = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
  return { kid: kidOf(nodeCrypto, spki), spki, sign: (bytes) => new Uint8Array(sign(null, bytes, key)) };
}

/** The parts of a file that verifies. */
export async function takeApart(file: Uint8Array, key: SigningKey, tenant: TenantKey): Promise<Parts> {
  const layout = await readContainer(memorySource(file));
  assert(layout.ok, "only valid artifacts are taken apart");
  const members = new Map(
    layout.value.members.map(({ path, dataOffset, size }) => [path, file.slice(dataOffset, dataOffset + size)]),
  );
  const bundle = parseBundle(bytesAt(members, BUNDLE_PATH), BUNDLE_PATH);
  assert(bundle.ok, "its receipt is a bundle");
  const statement = parseStatement(bundle.value.payload, BUNDLE_PATH);
  assert(statement.ok, "its receipt holds a statement");
  const manifest = Manifest.parse(JSON.parse(Buffer.from(bytesAt(members, "manifest.json")).toString("utf8")));
  return { file, layout: layout.value, members, manifest, statement: statement.value, key, tenant };
}

/** The bytes of a member; a bug when there is none. */
export function bytesAt(members: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = members.get(path);
  assert(bytes !== undefined, `there is a member ${path}`);
  return bytes;
}

/** The file with members replaced, added at the end, or (undefined) left out; the container itself stays canonical. */
export function rebuilt(parts: Parts, changes: Readonly<Record<string, Uint8Array | undefined>>): Uint8Array {
  const members = new Map<string, Uint8Array | undefined>([...parts.members, ...Object.entries(changes)]);
  return rawZip([...members].flatMap(([path, data]) => (data === undefined ? [] : [{ path, data }])));
}

export type BundleClaims = {
  readonly key: SigningKey;
  /** The kid it hints at; the key's own if absent. */
  readonly kid?: string;
  readonly signature?: Uint8Array;
};

/** A bundle over a payload, as an object still to be spelt. */
export function bundleOf(payload: Uint8Array, { key, kid = key.kid, signature }: BundleClaims) {
  const sig = base64(signature ?? key.sign(preAuthEncoding(PAYLOAD_TYPE, payload)));
  return {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: kid } },
    dsseEnvelope: { payloadType: PAYLOAD_TYPE, payload: base64(payload), signatures: [{ keyid: kid, sig }] },
  };
}

/** The file under a receipt that says something else, soundly signed. */
export function restated(parts: Parts, statement: unknown): Uint8Array {
  const bundle = canonicalBytes(bundleOf(canonicalBytes(statement), { key: parts.key }));
  return rebuilt(parts, { [BUNDLE_PATH]: bundle });
}

export type Contents = Readonly<Record<string, Uint8Array>>;

/** What manifest and index say of other contents of the layers (all within one chunk). */
export function describeLayers(parts: Parts, contents: Contents): { manifest: Manifest; index: Uint8Array } {
  const layers = parts.manifest.layers.map((layer) => {
    const data = contents[layer.path];
    if (data === undefined) return layer;
    const root = hex(leafDigest(nodeCrypto, data));
    return { ...layer, size: data.length, sha256: digestOf(nodeCrypto, data), root };
  });
  const leaves = leavesByPath(parts);
  const index = concatBytes(
    ...layers.map(({ path, root }) => (contents[path] === undefined ? bytesAt(leaves, path) : digestBytes(root))),
  );
  return { manifest: { ...parts.manifest, layers }, index };
}

/** The leaves of each layer in the index. */
function leavesByPath(parts: Parts): Map<string, Uint8Array> {
  const index = bytesAt(parts.members, INDEX_PATH);
  let at = 0;
  return new Map(
    parts.manifest.layers.map(({ path, size }) => {
      const from = at;
      at += Math.ceil(size / 1_048_576) * 32;
      return [path, index.subarray(from, at)];
    }),
  );
}

export function digestBytes(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes !== undefined, "digests are hex");
  return bytes;
}

/** A file sealed anew, soundly, over another manifest; tenant chains are left out. */
export function resealed(
  parts: Parts,
  manifest: Manifest,
  changes: Readonly<Record<string, Uint8Array | undefined>> = {},
): Uint8Array {
  const bytes = canonicalBytes(manifest);
  const members = chainMembers(nodeCrypto, bytes, manifest);
  const { head, links } = publicChain(nodeCrypto, members);
  const statement = {
    ...parts.statement,
    subject: members.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } })),
    predicate: {
      chain: { alg: "hmac-sha256", key: "public.v1", head, links },
      signer: { alg: "ed25519", spki: base64(parts.key.spki) },
    },
  };
  const bundle = canonicalBytes(bundleOf(canonicalBytes(statement), { key: parts.key }));
  const seals = [...parts.members.keys()].filter((path) => path.startsWith("seal/"));
  const dropped = Object.fromEntries(seals.map((path) => [path, undefined]));
  return rebuilt(parts, { ...dropped, "manifest.json": bytes, [BUNDLE_PATH]: bundle, ...changes });
}
