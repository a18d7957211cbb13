// This file says which operations answer which family of the recogniser set.
import { ages, money, measure, NUMBER_WORD, phones, single } from "./amounts.ts";
import { moments } from "./moments.ts";
import { equals, type Family } from "./piece.ts";
import { booleans, ranges, sequence } from "./sequences.ts";

export const FAMILIES: ReadonlyMap<string, Family> = new Map<string, Family>([
  ["Number/NumberModel", single("number", {}, NUMBER_WORD, equals)],
  [
    "Number/OrdinalModel",
    single(
      "ordinal",
      {},
      /\b(?:next|last|previous|penultimate|current|latter|former)\b|[0-9]|\b[a-z]+(?:th|first|second|third)s?\b/i,
      equals,
    ),
  ],
  [
    "Number/PercentModel",
    single(
      "percent",
      {},
      NUMBER_WORD,
      (value) =>
        ({ value: truth }) =>
          truth === value,
    ),
  ],
  [
    "NumberWithUnit/CurrencyModel",
    single(
      "currency",
      { region: "US" },
      /[$€£¥₹₩₽]|\b(?:dollars?|euros?|pounds?|yen|yuan|cents?|pence|bitcoins?|francs?|rupees?|usd|eur|gbp|m(?:usd|gbp|eur)|rmb|[a-z]*coin|satoshi)\b/i,
      money,
    ),
  ],
  [
    "NumberWithUnit/DimensionModel",
    single(
      "unit",
      {},
      /"|[0-9](?!.*\uFFFC)(?:[ -]?(?!(?:and|or|of|to|in|the|for|at|on|by|with|from|years?|days?|weeks?|months?|hours?|minutes?|people|percent|million|is|was|are)\b)[a-z])|\b(?:turns?|degrees?|rad|mcg|grammes?|grams?|tons?|miles?|inch(?:es)?|feet|foot|pounds?|gallons?|square|cubic|[a-z]*met(?:er|re)s?)\b/i,
      measure,
    ),
  ],
  [
    "NumberWithUnit/TemperatureModel",
    single("unit", {}, /[0-9]|\b(?:degrees?|celsius|fahrenheit|cold|warm)\b/i, measure),
  ],
  ["NumberWithUnit/AgeModel", ages],
  ["Sequence/PhoneNumberModel", phones],
  ["Number/NumberRangeModel", ranges],
  ["Choice/BooleanModel", booleans],
  ["Sequence/EmailModel", sequence("EmailModel")],
  ["Sequence/GUIDModel", sequence("GUIDModel")],
  ["Sequence/IpAddressModel", sequence("IpAddressModel")],
  ["Sequence/URLModel", sequence("URLModel")],
  ["DateTime/DateTimeModel", moments],
]);
