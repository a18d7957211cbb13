// This file loads the RS-1 conformance set of test/vectors/rs1 and compares verdicts with what it expects.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fromHex, type Verdict } from "@kolm/format";
import type { SecondVerdict } from "../../tools/dev/src/bench/tamper/second.ts";
import type { CaseOptions } from "../vectors/rs1/cases/case.ts";

export const FOLDER = join(import.meta.dirname, "../vectors/rs1");

type Expected = {
  readonly section: string;
  readonly options?: CaseOptions;
  readonly verdict: "accept" | "refuse";
  readonly code?: string;
  readonly subject?: string;
  readonly index?: number;
  readonly says?: Readonly<Record<string, unknown>>;
};
export type Stored = { readonly name: string; readonly file: Uint8Array; readonly expected: Expected };

/** All cases, in the order of their folders. */
export function storedCases(): readonly Stored[] {
  return ["valid", "invalid"].flatMap((folder) => readdirSync(join(FOLDER, folder)).map((name) => read(folder, name)));
}

function read(folder: string, name: string): Stored {
  const path = (file: string) => join(FOLDER, folder, name, file);
  const packed = existsSync(path("artifact.kolm.gz"));
  const file = packed ? gunzipSync(readFileSync(path("artifact.kolm.gz"))) : readFileSync(path("artifact.kolm"));
  // Our own files, written by the generator beside them.
  const expected = JSON.parse(readFileSync(path("expected.json"), "utf8")) as Expected;
  return { name: `${folder}/${name}`, file: new Uint8Array(file), expected };
}

/** What a verifier is given for a case. */
export function optionsOf({ options }: Expected) {
  const bytes = (text: string) => fromHex(text) ?? new Uint8Array();
  return {
    ...(options?.trustedKeys && { trustedKeys: options.trustedKeys.map(bytes) }),
    ...(options?.tenant && { tenant: { kid: options.tenant.kid, secret: bytes(options.tenant.secret) } }),
  };
}

/** Fails unless the verdict is the expected one, with code, member and index, and says what it should. */
export function check({ name, expected }: Stored, verdict: Verdict | SecondVerdict): void {
  const finding = "finding" in verdict ? verdict.finding : undefined;
  const found = { code: finding?.code, subject: finding?.subject, index: finding?.index };
  assert.deepEqual(found, { code: expected.code, subject: expected.subject, index: expected.index }, name);
  assert.equal(verdict.passed, expected.verdict === "accept", name);
  for (const [key, value] of Object.entries(expected.says ?? {}))
    assert.deepEqual(Reflect.get(verdict, key), value, `${name}: ${key}`);
}
