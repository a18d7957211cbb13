// This file draws the bounds of what a version of a trust file may say, each from both sides.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { base64, Instant, NamePattern, Trust, TrustKey } from "@kolm/format";
import { FACTS, hexOf, NOW, RELEASE, releaseKey, ROOT_1, ROOT_2, rootKey } from "./trust-sample.ts";

/** Whether a version with these changes is one. */
function isTrust(changes: Readonly<Record<string, unknown>>): boolean {
  const keys = FACTS.keys.toSorted((left, right) => (left.kid < right.kid ? -1 : 1));
  return Trust.safeParse({ format: "kolm/trust-1", version: 1, ...FACTS, keys, ...changes }).success;
}
const isKey = (changes: Readonly<Record<string, unknown>>): boolean =>
  TrustKey.safeParse({ ...releaseKey(RELEASE), ...changes }).success;
const sorted = <T extends { readonly kid: string }>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => (a.kid < b.kid ? -1 : 1));

describe("an instant", () => {
  const is = (text: string): boolean => Instant.safeParse(text).success;
  it("is a date and a time of day in UTC to the second", () => {
    for (const text of [
      "2026-06-01T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
      "2026-10-10T10:09:59Z",
      "2026-11-29T19:50:05Z",
      "2026-09-30T20:00:00Z",
    ])
      assert.ok(is(text), text);
  });
  it("has no month, day, hour, minute or second that is none, and no other spelling", () => {
    const dates = [
      "2026-00-01",
      "2026-13-01",
      "2026-20-01",
      "2026-06-00",
      "2026-06-32",
      "2026-06-40",
      "2026-6-01",
      "2026-06-1",
      "026-06-01",
      "20260-06-01",
      "2026-0a-01",
      "2026-1a-01",
      "2026-06-a1",
      "2026-06-1a",
      "2026-06-3a",
      "a026-06-01",
      "2026-111-01",
    ];
    const times = [
      "24:00:00",
      "30:00:00",
      "23:60:00",
      "23:59:60",
      "1:00:00",
      "23:59",
      "23:59:59:59",
      "23:5a:00",
      "a0:00:00",
      "2a:00:00",
      "1a:00:00",
      "00:a0:00",
      "00:00:0",
      "00:00:000",
      "00-00-00",
    ];
    for (const date of dates) assert.ok(!is(`${date}T00:00:00Z`), date);
    for (const time of times) assert.ok(!is(`2026-06-01T${time}Z`), time);
    for (const text of [
      "2026-06-01 00:00:00Z",
      "2026-06-01T00:00:00",
      "2026-06-01T00:00:00+00:00",
      "2026-06-01T00:00:00.0Z",
      " 2026-06-01T00:00:00Z",
      "2026-06-01T00:00:00Z ",
    ])
      assert.ok(!is(text), text);
  });
});

describe("a pattern of names", () => {
  const is = (text: string): boolean => NamePattern.safeParse(text).success;
  it("is a name of up to 63 characters, a beginning of one and a star, or a star", () => {
    for (const text of ["a", "0", "z9", "a-b", "a-", "a*", "triage-*", "*", "n".repeat(63), `${"n".repeat(63)}*`])
      assert.ok(is(text), text);
  });
  it("is nothing else", () => {
    for (const text of [
      "",
      "-a",
      "A",
      "a_b",
      "a.b",
      "**",
      "*a",
      "a**",
      "a*b",
      "n".repeat(64),
      `${"n".repeat(64)}*`,
      "a ",
      " a",
      "a\n",
      "-",
      "-*",
      "aA",
      "é",
    ])
      assert.ok(!is(text), text);
  });
});

describe("a version of a trust file", () => {
  it("is of this format, under a name of 1 to 63 small letters, digits and dashes", () => {
    assert.ok(isTrust({}));
    assert.ok(!isTrust({ format: "kolm/trust-2" }) && !isTrust({ format: "" }));
    for (const name of ["a", "9", "a-9", "n".repeat(63)]) assert.ok(isTrust({ name }), name);
    for (const name of ["", "-a", "A", "aB", "a.b", "a_", "n".repeat(64), " a", "a "])
      assert.ok(!isTrust({ name }), name);
  });

  it("has a number from 1 on, a threshold of 1 to 64, an end", () => {
    for (const version of [1, 2, 9_007_199_254_740_991]) assert.ok(isTrust({ version }));
    for (const version of [0, -1, 1.5, "1", 9_007_199_254_740_992]) assert.ok(!isTrust({ version }));
    for (const threshold of [1, 2, 3]) assert.ok(isTrust({ threshold }));
    for (const threshold of [0, -1, 1.5, 4]) assert.ok(!isTrust({ threshold }));
    const keys = (count: number) =>
      sorted(Array.from({ length: count }, (_, at) => ({ ...rootKey(ROOT_1), kid: hexOf(at) })));
    assert.ok(isTrust({ threshold: 64, keys: keys(64) }));
    assert.ok(!isTrust({ threshold: 65, keys: keys(65) }));
    assert.ok(!isTrust({ expires: "tomorrow" }) && !isTrust({ expires: undefined }) && !isTrust({ more: 1 }));
  });

  it("has 1 to 1024 keys and up to 4096 revocations, in order and each once", () => {
    const keys = (count: number) => Array.from({ length: count }, (_, at) => ({ ...rootKey(ROOT_1), kid: hexOf(at) }));
    assert.ok(isTrust({ threshold: 1, keys: keys(1) }));
    assert.ok(!isTrust({ threshold: 1, keys: [] }));
    assert.ok(isTrust({ threshold: 1, keys: keys(1024) }));
    assert.ok(!isTrust({ threshold: 1, keys: keys(1025) }));
    assert.ok(!isTrust({ threshold: 1, keys: keys(3).reverse() }));
    assert.ok(!isTrust({ threshold: 1, keys: [...keys(2), ...keys(2).slice(1)] }));
    const revoked = (count: number) => Array.from({ length: count }, (_, at) => ({ kid: hexOf(at), since: NOW }));
    assert.ok(isTrust({ revoked: revoked(4096) }));
    assert.ok(!isTrust({ revoked: revoked(4097) }));
    assert.ok(!isTrust({ revoked: revoked(3).reverse() }));
    assert.ok(!isTrust({ revoked: [...revoked(1), ...revoked(1)] }));
    assert.ok(!isTrust({ revoked: [{ kid: hexOf(1) }] }) && !isTrust({ revoked: [{ since: NOW }] }));
    assert.ok(!isTrust({ revoked: [{ kid: hexOf(1), since: NOW, why: "lost" }] }));
  });

  it("has as many roots as its threshold, none of them revoked, whatever else is", () => {
    assert.ok(isTrust({ revoked: [{ kid: RELEASE.kid, since: NOW }] }));
    assert.ok(!isTrust({ revoked: sorted([ROOT_2, RELEASE].map(({ kid }) => ({ kid, since: NOW }))) }));
    assert.ok(!isTrust({ threshold: 1, keys: [releaseKey(RELEASE)] }));
  });

  it("names least versions by what are names and versions of artifacts", () => {
    assert.ok(isTrust({ minimum: { triage: "1.0.0", "a-b": "0.0.1-rc.1" } }));
    for (const minimum of [{ Triage: "1.0.0" }, { triage: "1.0" }, { triage: 1 }, { "": "1.0.0" }, []])
      assert.ok(!isTrust({ minimum }));
  });
});

describe("a key of a trust file", () => {
  it("has an id of 64 small hex digits, the one algorithm and an Ed25519 key in base64", () => {
    assert.ok(isKey({}));
    for (const kid of [
      "0".repeat(63),
      "0".repeat(65),
      "A".repeat(64),
      "g".repeat(64),
      ` ${"0".repeat(64)}`,
      `${"0".repeat(64)}\n`,
      "",
    ])
      assert.ok(!isKey({ kid }), kid);
    assert.ok(isKey({ kid: "0123456789abcdef".repeat(4) }));
    assert.ok(!isKey({ alg: "rsa" }) && !isKey({ alg: "" }));
    for (const spki of [
      "",
      "????",
      base64(RELEASE.spki.subarray(1)),
      base64(RELEASE.spki.subarray(12)),
      `${base64(RELEASE.spki)}AAAA`,
    ])
      assert.ok(!isKey({ spki }), spki);
  });

  it("has from all roles but root a time it is in force from, and nothing beside", () => {
    assert.ok(isKey({ until: NOW }));
    for (const change of [
      { from: undefined },
      { from: "" },
      { until: "" },
      { more: 1 },
      { role: "owner" },
      { role: "root" },
      { role: "log" },
    ])
      assert.ok(!isKey(change), JSON.stringify(change));
    const { names: _names, ...plain } = { names: [], ...releaseKey(RELEASE) };
    for (const role of ["log", "witness", "cache-writer"]) {
      assert.ok(TrustKey.safeParse({ ...plain, role }).success, role);
      assert.ok(!TrustKey.safeParse({ ...plain, role, from: undefined }).success, role);
      assert.ok(!TrustKey.safeParse({ ...plain, role, more: 1 }).success, role);
    }
    assert.ok(TrustKey.safeParse(rootKey(ROOT_1)).success);
    assert.ok(!TrustKey.safeParse({ ...rootKey(ROOT_1), from: NOW }).success);
  });

  it("names 1 to 256 patterns in order, each once, when it is of role release", () => {
    const names = (count: number) => Array.from({ length: count }, (_, at) => `n${String(at).padStart(4, "0")}`);
    for (const count of [1, 2, 256]) assert.ok(isKey({ names: names(count) }), `${count}`);
    for (const list of [[], names(257), names(2).reverse(), ["a", "a"], ["A"], undefined])
      assert.ok(!isKey({ names: list }));
  });
});
