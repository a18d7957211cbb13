// This file changes every byte of a small artifact in turn: each change must be refused, by the name of what it broke.
import { test } from "node:test";
import assert from "node:assert/strict";
import { concatBytes, memorySource, readContainer, verifyArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { collect, packSample, seedSigner } from "./sample.ts";
import type { Finding, Layout } from "@kolm/format";

const signer = seedSigner();
/** The artifact sealed twice more: once by a signature, once by what no verifier here can judge. */
const seals = new Map([
  ["seal/att-00.json", (await packSample()).receipt],
  ["seal/time.tsr", Uint8Array.of(1, 2, 3)],
]);
const sealed = await collect((await packSample({ seals })).stream());
const plain = await collect((await packSample()).stream());

/** The subjects that may be blamed for a change of one byte. */
function suspects(layout: Layout, at: number): readonly string[] {
  const member = layout.members.find(({ dataOffset, size }) => at < dataOffset + size);
  const layers = layout.members.map(({ path }) => path).filter((path) => path.startsWith("layers/"));
  if (member === undefined) return directorySuspects(layout, at);
  // A manifest that says something else of a layer is that layer's fault as far as anyone can tell.
  if (at >= member.dataOffset && member.path === "manifest.json") return [member.path, ...layers];
  if (at >= member.dataOffset && member.path === "index/chunks.bin") return layers;
  return [member.path];
}

function directorySuspects(layout: Layout, at: number): readonly string[] {
  if (at >= layout.directoryOffset + layout.directorySize) return ["end record", "directory"];
  let end = layout.directoryOffset;
  const listed = layout.members.find(({ path }) => {
    end += 46 + path.length;
    return at < end;
  });
  return ["directory", listed?.path ?? ""];
}

/** A name changed in the directory is blamed under the changed name, a size on the gap to the next member. */
function isNamed(finding: Finding, names: readonly string[]): boolean {
  const renamed = ["E_NAME", "E_ORDER", "E_HEADER", "E_SEAL_NAME"].includes(finding.code);
  const inDirectory = renamed || (finding.code === "E_TILE" && names.some((name) => finding.detail.includes(name)));
  return names.includes(finding.subject) || (names.includes("directory") && inDirectory);
}

const FLIPS = [
  { name: "one bit", mask: 0x01, valid: sealed, trustedKeys: undefined },
  { name: "the top bit", mask: 0x80, valid: plain, trustedKeys: [signer.spki] },
];
for (const { name, mask, valid, trustedKeys } of FLIPS) {
  test(`flipping ${name} of any byte is refused, and the broken part is named`, async () => {
    const opened = await readContainer(memorySource(valid));
    assert.ok(opened.ok);
    const file = valid.slice();
    for (let at = 0; at < file.length; at += 1) {
      file[at] = (valid[at] ?? 0) ^ mask;
      const verdict = await verifyArtifact(memorySource(file), { crypto: nodeCrypto, trustedKeys });
      file[at] = valid[at] ?? 0;
      assert.ok(!verdict.passed, `byte ${at} changed unnoticed`);
      const { finding } = verdict;
      const names = suspects(opened.value, at);
      assert.ok(isNamed(finding, names), `byte ${at} of ${names[0]} blamed on ${finding.subject}: ${finding.detail}`);
    }
  });
}

test("removing or doubling any byte is refused", async () => {
  for (let at = 0; at < plain.length; at += 1) {
    const shorter = concatBytes(plain.subarray(0, at), plain.subarray(at + 1));
    const longer = concatBytes(plain.subarray(0, at + 1), plain.subarray(at));
    for (const file of [shorter, longer]) {
      const verdict = await verifyArtifact(memorySource(file), { crypto: nodeCrypto });
      assert.ok(!verdict.passed, `byte ${at} of ${plain.length}`);
    }
  }
});

test("cutting the file short at any length is refused", async () => {
  for (let size = 0; size < plain.length; size += 1) {
    const verdict = await verifyArtifact(memorySource(plain.subarray(0, size)), { crypto: nodeCrypto });
    assert.ok(!verdict.passed, `${size} bytes of ${plain.length}`);
  }
});
