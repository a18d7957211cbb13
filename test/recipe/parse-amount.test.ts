// This file checks phone numbers, money and measures by properties.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseValue, showValue, spotValues } from "@kolm/recipe";
import fc from "fast-check";

const digit = (low: number): fc.Arbitrary<string> => fc.integer({ min: low, max: 9 }).map(String);
const american = fc
  .tuple(digit(2), digit(0), digit(0), digit(2), digit(0), digit(0), digit(0), digit(0), digit(0), digit(0))
  .map((digits) => digits.join(""));

test("a phone number is read back from every way of writing it", () => {
  fc.assert(
    fc.property(american, (national) => {
      const e164 = `+1${national}`;
      for (const form of ["(###) ###-####", "###-###-####", "### ### ####", "###.###.####", "1-###-###-####"]) {
        const written = showValue(e164, "phone", { form });
        assert.ok(written !== undefined);
        assert.equal(parseValue(written, "phone", { region: "US" }), e164, written);
        assert.equal(parseValue(written, "phone"), undefined);
      }
      assert.equal(parseValue(e164, "phone"), e164);
      assert.equal(parseValue(`${e164} ext. 7`, "phone"), `${e164};ext=7`);
    }),
  );
});

test("the same digits are another number in another region, or none", () => {
  assert.equal(parseValue("030 123456", "phone", { region: "DE" }), "+4930123456");
  assert.equal(parseValue("030 123456", "phone", { region: "US" }), undefined);
  assert.equal(parseValue("06 12 34 56 78", "phone", { region: "FR" }), "+33612345678");
  assert.equal(parseValue("06 12 34 56 78", "phone", { region: "NL" }), "+31612345678");
});

test("numbers inside longer numbers, dates and words are no phone numbers", () => {
  for (const text of ["A15417543010", "12345417543010999999", "2024-03-05", "5417543010.55"]) {
    assert.deepEqual(spotValues(text, "phone", { region: "US" }), [], text);
  }
});

const cents = fc.integer({ min: 0, max: 99_999_999 });

test("an amount of money is read back, before and behind its code", () => {
  fc.assert(
    fc.property(cents, fc.constantFrom("USD", "EUR", "GBP", "JPY", "CHF"), (value, code) => {
      const canonical = parseValue(`${(value / 100).toFixed(2)} ${code}`, "currency");
      assert.ok(canonical !== undefined);
      for (const form of ["plain", "before"]) {
        const written = showValue(canonical, "currency", { form, places: 2 });
        assert.equal(parseValue(written ?? "", "currency"), canonical, written);
      }
    }),
  );
});

test("a shared sign has a value only where the region is stated", () => {
  fc.assert(
    fc.property(cents, (value) => {
      const text = `$${(value / 100).toFixed(2)}`;
      assert.equal(parseValue(text, "currency"), undefined);
      assert.match(parseValue(text, "currency", { region: "CA" }) ?? "", / CAD$/);
      assert.equal(parseValue(text, "currency", { region: "DE" }), undefined);
    }),
  );
});

test("a measure converted there and back is the same", () => {
  const pairs = [
    ["km", "mi"],
    ["kg", "lb"],
    ["°C", "°F"],
    ["°C", "K"],
    ["km/h", "mph"],
    ["m2", "ft2"],
    ["in", "cm"],
  ] as const;
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.constantFrom(...pairs), (amount, [from, to]) => {
      const there = showValue(`${amount} ${from}`, "unit", { form: to });
      const back = showValue(there ?? "", "unit", { form: from, places: 6 });
      assert.equal(Number(back?.split(" ")[0]), amount, `${amount} ${from} ${there}`);
    }),
  );
});

test("known conversions are exact", () => {
  assert.equal(showValue("1 in", "unit", { form: "cm" }), "2.54 cm");
  assert.equal(showValue("1 mi", "unit", { form: "m" }), "1609.344 m");
  assert.equal(showValue("1 lb", "unit", { form: "g" }), "453.59237 g");
  assert.equal(showValue("37 °C", "unit", { form: "°F" }), "98.6 °F");
  assert.equal(showValue("1 acre", "unit", { form: "m2" }), "4046.8564224 m2");
  assert.equal(showValue("1 st", "unit", { form: "lb" }), "14 lb");
});
