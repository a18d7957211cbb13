// This file computes the chain over manifest and layers, in its public form and under a tenant's secret. SPEC.md §7.
import { concatBytes, fromHex, hex, u32be, u64be, utf8 } from "./bytes.ts";
import { hkdf32, sha256Of } from "./digest.ts";
import { assert, KolmError } from "./errors.ts";
import { frame } from "./frame.ts";
import { leafDigest, merkleRoot, CHUNK_SIZE, NODE_SIZE } from "./merkle.ts";
import type { Hashing } from "./digest.ts";
import type { Manifest } from "./manifest.ts";

/** Anyone can recompute the public chain: it states order and completeness, it authenticates nobody. */
const PUBLIC_KEY = utf8("kolm.rs1.chain.public.v1");
const TENANT_CONTEXT = utf8("kolm.rs1.chain.tenant.v1");
const START = new Uint8Array(NODE_SIZE);

/** What one link binds: a path with its kind, size and digests. */
export type ChainMember = {
  readonly kind: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly root: string;
};

export type Chain = { readonly links: readonly string[]; readonly head: string };

/** A tenant's symmetric secret: who can check a chain made with it can make one. */
export type TenantKey = { readonly kid: string; readonly secret: Uint8Array };

/** manifest.json, then every layer in manifest order. */
export function chainMembers(hashing: Hashing, manifestBytes: Uint8Array, manifest: Manifest): readonly ChainMember[] {
  const first = {
    kind: "manifest",
    path: "manifest.json",
    size: manifestBytes.length,
    sha256: hex(sha256Of(hashing, manifestBytes)),
    root: hex(rootOf(hashing, manifestBytes)),
  };
  return [first, ...manifest.layers];
}

/** The chain anyone can recompute. */
export function publicChain(hashing: Hashing, members: readonly ChainMember[]): Chain {
  return chainUnder(hashing, PUBLIC_KEY, members);
}

/** One public link after a given one, so that a single broken member can be named. */
export function publicLink(hashing: Hashing, member: ChainMember, place: { index: number; previous: string }): string {
  return hex(link(hashing, PUBLIC_KEY, { member, index: place.index, previous: digest(place.previous) }));
}

/** The link before the first. */
export const CHAIN_START: string = hex(START);

/**
 * The chain under a key derived from a tenant's secret and this manifest.
 *
 * @throws KolmError KEY_TOO_SHORT for a secret under 32 bytes.
 */
export function tenantChain(hashing: Hashing, members: readonly ChainMember[], tenant: TenantKey): Chain {
  return chainUnder(hashing, tenantKey(hashing, members, tenant), members);
}

/** HKDF-SHA-256 of the secret, salted by the manifest's digest: no two artifacts share a key. */
export function tenantKey(hashing: Hashing, members: readonly ChainMember[], { kid, secret }: TenantKey): Uint8Array {
  if (secret.length < 32) {
    throw new KolmError(
      "KEY_TOO_SHORT",
      `the tenant secret ${kid} has ${secret.length} bytes, at least 32 are needed`,
      {
        hint: "Make one with `openssl rand -out tenant.key 32`.",
      },
    );
  }
  const [manifest] = members;
  assert(manifest !== undefined, "a chain starts with the manifest");
  return hkdf32(hashing, secret, {
    salt: digest(manifest.sha256),
    info: frame("tenantKeyInfo", TENANT_CONTEXT, utf8(kid)),
  });
}

function chainUnder(hashing: Hashing, key: Uint8Array, members: readonly ChainMember[]): Chain {
  const links: string[] = [];
  let previous: Uint8Array = START;
  for (const [index, member] of members.entries()) {
    previous = link(hashing, key, { member, index, previous });
    links.push(hex(previous));
  }
  return { links, head: hex(previous) };
}

type Link = { readonly member: ChainMember; readonly index: number; readonly previous: Uint8Array };

function link(hashing: Hashing, key: Uint8Array, { member, index, previous }: Link): Uint8Array {
  const { kind, path, size, sha256, root } = member;
  const message = [u32be(index), utf8(kind), utf8(path), u64be(size), digest(sha256), digest(root), previous];
  return hashing.hmacSha256(key, frame("chainLink", ...message));
}

function rootOf(hashing: Hashing, bytes: Uint8Array): Uint8Array {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_SIZE) {
    leaves.push(leafDigest(hashing, bytes.subarray(at, at + CHUNK_SIZE)));
  }
  return merkleRoot(hashing, concatBytes(...leaves));
}

function digest(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes?.length === NODE_SIZE, "digests and links are 64 hex digits");
  return bytes;
}
