// This file gives every file of the RS-1 conformance set to kolm's verifier.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memorySource, verifyArtifact } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { check, optionsOf, storedCases } from "./conformance-set.ts";

test("kolm gives every case of the set its verdict, code, member and index", async () => {
  const stored = storedCases();
  for (const one of stored)
    check(one, await verifyArtifact(memorySource(one.file), { crypto: nodeCrypto, ...optionsOf(one.expected) }));
  assert.ok(stored.length > 200);
});
