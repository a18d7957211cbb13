// This file holds the chain to its definition where the golden vector does not reach: long manifests, other secrets, broken members.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import {
  chainMembers,
  type ChainMember,
  frame,
  hex,
  KolmError,
  publicChain,
  tenantChain,
  tenantKey,
  utf8,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";

const MIB = 1_048_576;
const MEMBER: ChainMember = {
  kind: "docs",
  path: "layers/docs/a",
  size: 1,
  sha256: "a".repeat(64),
  root: "b".repeat(64),
};
const MANIFEST = { format: "kolm/rs-1" as const, name: "a", version: "0.0.0", layers: [] };

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
const leaf = (bytes: Uint8Array): Uint8Array => sha256(Uint8Array.of(0), bytes);
const node = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Uint8Array.of(1), left, right);

test("a manifest's root is that of its chunks of 1 MiB", () => {
  const bytes = new Uint8Array(3 * MIB).map((_, at) => at % 251);
  const rootOf = (size: number) => chainMembers(nodeCrypto, bytes.subarray(0, size), MANIFEST)[0]?.root;
  const chunk = (at: number, end = at + 1) => leaf(bytes.subarray(at * MIB, end * MIB));
  assert.equal(rootOf(5), hex(leaf(bytes.subarray(0, 5))));
  assert.equal(rootOf(MIB), hex(chunk(0)));
  assert.equal(rootOf(MIB + 1), hex(node(chunk(0), leaf(bytes.subarray(MIB, MIB + 1)))));
  assert.equal(rootOf(2 * MIB), hex(node(chunk(0), chunk(1))));
  assert.equal(rootOf(3 * MIB), hex(node(node(chunk(0), chunk(1)), chunk(2))));
});

test("the first member of a chain is the manifest, the others are its layers", () => {
  const [first, ...others] = chainMembers(nodeCrypto, utf8("{}"), MANIFEST);
  const sha = hex(sha256(utf8("{}")));
  assert.deepEqual(first, {
    kind: "manifest",
    path: "manifest.json",
    size: 2,
    sha256: sha,
    root: hex(leaf(utf8("{}"))),
  });
  assert.deepEqual(others, []);
});

test("a link is the HMAC of its frame and of all before it", () => {
  const { links, head } = publicChain(nodeCrypto, [MEMBER, { ...MEMBER, path: "layers/docs/b", size: 2 ** 40 }]);
  assert.equal(head, links[1]);
  const u64 = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  };
  const linkOf = (index: number, path: string, size: number, previous: Buffer) => {
    const parts = [Buffer.from([0, 0, 0, index]), Buffer.from("docs"), Buffer.from(path), u64(size)];
    parts.push(Buffer.alloc(32, 0xaa), Buffer.alloc(32, 0xbb), previous);
    const framed = parts.flatMap((part) => [u64(part.length), part]);
    const message = Buffer.concat([Buffer.from("KOLM-RS1\0\u0001"), Buffer.from([0, 0, 0, 7]), ...framed]);
    return createHmac("sha256", "kolm.rs1.chain.public.v1").update(message).digest();
  };
  const first = linkOf(0, "layers/docs/a", 1, Buffer.alloc(32));
  assert.deepEqual(
    links,
    [first, linkOf(1, "layers/docs/b", 2 ** 40, first)].map((one) => one.toString("hex")),
  );
  assert.deepEqual(publicChain(nodeCrypto, []), { links: [], head: "0".repeat(64) });
});

test("no two purposes frame the same bytes", () => {
  const tags = { chainLink: 0x01, tenantKeyInfo: 0x10, privateAnchor: 0x20, cacheKey: 0x30, cacheEntry: 0x31 } as const;
  for (const [name, tag] of Object.entries(tags)) {
    // Object.entries forgets that its keys are those of the object.
    const framed = frame(name as keyof typeof tags, utf8("ab"), utf8(""));
    const lengths = "00000002" + "0000000000000002" + "6162" + "0000000000000000";
    assert.equal(hex(framed), `4b4f4c4d2d52533100${tag.toString(16).padStart(2, "0")}${lengths}`, name);
  }
});

test("a tenant's secret has at least 32 bytes, and a shorter one says how to make one", () => {
  const secret = (length: number) => ({ kid: "t-1", secret: new Uint8Array(length) });
  for (const make of [tenantKey, tenantChain]) {
    assert.ok(make(nodeCrypto, [MEMBER], secret(32)));
    assert.throws(
      () => make(nodeCrypto, [MEMBER], secret(31)),
      (error) => error instanceof KolmError && error.code === "KEY_TOO_SHORT" && /openssl rand/.test(error.hint ?? ""),
    );
  }
});

test("a chain without a manifest, or over what are no digests, is a bug that is stated", () => {
  const tenant = { kid: "t-1", secret: new Uint8Array(32) };
  assert.throws(() => tenantKey(nodeCrypto, [], tenant), /invariant broken: .*manifest/);
  for (const sha256 of ["", "zz", "a".repeat(62), "a".repeat(66), "A".repeat(64)])
    assert.throws(() => publicChain(nodeCrypto, [{ ...MEMBER, sha256 }]), /invariant broken: .*64 hex digits/, sha256);
});
