// This file says which JSON bytes RS-1 takes: those that are their own canonical form, with whole numbers only.
import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalBytes, canonicalJson, KolmError, parseCanonical, utf8 } from "@kolm/format";

test("properties are sorted by UTF-16 code units and undefined ones are left out", () => {
  assert.equal(
    canonicalJson({ "\ufb33": 1, "\u{1f600}": 2, b: undefined, a: [null, true] }),
    '{"a":[null,true],"\u{1f600}":2,"\ufb33":1}',
  );
});

test("what JSON cannot hold is refused when writing", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [Number.NaN, Infinity, 1n, () => 1, [undefined], "\ud800", { "\udc00": 1 }, circle]) {
    assert.throws(() => canonicalJson(value), KolmError);
  }
});

test("what is refused is refused as E_JSON, with the reason, and a hint where there is one", () => {
  const hint = /Unicode/;
  assert.throws(() => canonicalJson(Number.NaN), { code: "E_JSON", message: /NaN cannot/ });
  assert.throws(() => canonicalJson(1n), { code: "E_JSON", message: /type bigint/ });
  assert.throws(
    () => canonicalJson("a\ud800"),
    (error) => error instanceof KolmError && hint.test(error.hint ?? ""),
  );
  assert.throws(() => canonicalJson("\ud800"), { code: "E_JSON", message: /surrogate/ });
});

test("lists and objects are written up to 512 levels deep, so that a circle ends", () => {
  const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown =>
    levels === 0 ? 1 : wrap(nested(levels - 1, wrap));
  for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ a: inner })]) {
    assert.ok(canonicalJson(nested(512, wrap)).length > 1000);
    assert.throws(() => canonicalJson(nested(513, wrap)), { code: "E_JSON", message: /512 levels/ });
  }
});

test("64 levels hold plain values of every type", () => {
  for (const inner of ["true", "false", "null", "1", '"a"'])
    assert.deepEqual(parseCanonical(utf8(`${"[".repeat(64)}${inner}${"]".repeat(64)}`)).ok, true, inner);
});

const REFUSED: readonly (readonly [name: string, text: string])[] = [
  ["a space", '{"a": 1}'],
  ["a newline at the end", "[]\n"],
  ["keys out of order", '{"b":1,"a":2}'],
  ["a key twice", '{"a":1,"a":2}'],
  ["a fraction", "0.5"],
  ["a whole number written as a fraction", "1.0"],
  ["an exponent", "1e2"],
  ["minus zero", "-0"],
  ["an integer beyond 2^53", "9007199254740993"],
  ["an escape that is not needed", '"\\u0041"'],
  ["a lone surrogate", '"\\ud800"'],
  ["a lone surrogate in a key", '{"\\udfff":1}'],
  ["a byte order mark", "\ufeff[]"],
  ["the key __proto__", '{"__proto__":{}}'],
  ["65 levels", "[".repeat(65) + "]".repeat(65)],
  ["a hundred thousand levels", "[".repeat(100_000) + "]".repeat(100_000)],
  ["nothing", ""],
  ["text after the value", "[]x"],
];
for (const [name, text] of REFUSED) {
  test(`parsing refuses ${name}`, () => assert.equal(parseCanonical(utf8(text)).ok, false));
}

test("parsing refuses bytes that are not UTF-8", () => {
  const parsed = parseCanonical(Uint8Array.of(0x22, 0xc0, 0x80, 0x22));
  assert.deepEqual(parsed, { ok: false, reason: "is not UTF-8" });
});

test("64 levels and the largest safe integer are accepted", () => {
  assert.ok(parseCanonical(utf8("[".repeat(64) + "]".repeat(64))).ok);
  assert.ok(parseCanonical(utf8("[-9007199254740991,9007199254740991]")).ok);
});

const whole = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.string({ unit: "binary" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: "binary" }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

test("any value of whole numbers survives writing and strict reading", () => {
  fc.assert(
    fc.property(whole, (value) => {
      const parsed = parseCanonical(canonicalBytes(value));
      assert.ok(parsed.ok);
      assert.equal(canonicalJson(parsed.value), canonicalJson(value));
    }),
  );
});

test("bytes accepted by the strict reader are exactly those the writer makes", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const bytes = utf8(text);
      const parsed = parseCanonical(bytes);
      if (parsed.ok) assert.deepEqual(canonicalBytes(parsed.value), bytes);
    }),
  );
});
