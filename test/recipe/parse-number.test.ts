// This file checks that numbers are read as they are written, over the whole range, by properties.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseValue, showValue } from "@kolm/recipe";
import fc from "fast-check";

const whole = fc.bigInt({ min: -999_999_999_999_999n, max: 999_999_999_999_999n });
const decimal = fc
  .tuple(whole, fc.integer({ min: 0, max: 99_999 }))
  .map(([before, after]) => `${before}.${String(after).padStart(5, "0")}`.replace(/\.?0+$/, ""))
  .filter((text) => text !== "-0");

test("a number written in words is read back", () => {
  fc.assert(
    fc.property(whole, (value) => {
      const words = showValue(String(value), "number", { form: "words" });
      assert.ok(words !== undefined);
      assert.equal(parseValue(words, "number"), String(value), words);
      assert.equal(parseValue(words.toUpperCase().replaceAll("-", " "), "number"), String(value), words);
    }),
  );
});

test("a canonical number is read as itself, and back from groups of three with either mark", () => {
  fc.assert(
    fc.property(decimal, (text) => {
      assert.equal(parseValue(text, "number"), text);
      for (const point of [undefined, ","] as const) {
        const grouped = showValue(text, "number", { form: "grouped", point });
        assert.ok(grouped !== undefined);
        assert.equal(parseValue(grouped, "number", { point }), text, grouped);
      }
    }),
  );
});

test("fixed places are the nearest decimal", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -9_999_999, max: 9_999_999 }),
      fc.integer({ min: 0, max: 6 }),
      (thousandths, places) => {
        const text = parseValue((thousandths / 1000).toFixed(3), "number");
        const written = showValue(text ?? "", "number", { form: "plain", places });
        assert.ok(written !== undefined);
        assert.equal(written.split(".")[1]?.length ?? 0, places);
        assert.ok(
          Math.abs(Number(written) - thousandths / 1000) <= 0.5 / 10 ** places + 1e-9,
          `${thousandths} ${written}`,
        );
      },
    ),
  );
});

test("ordinals and percentages are read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (value) => {
      const suffixed = showValue(String(value), "number", { form: "ordinal" });
      assert.equal(parseValue(suffixed ?? "", "ordinal"), String(value));
      assert.equal(parseValue(`${value} percent`, "percent"), `${value}%`);
      assert.equal(showValue(`${value}%`, "percent", { form: "plain" }), `${value}%`);
    }),
  );
});

test("a proper fraction is its quotient", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }), (over, under) => {
      const value = Number(parseValue(`${over}/${under}`, "number"));
      assert.ok(Math.abs(value - over / under) < 1e-13 * (over / under + 1));
    }),
  );
});
