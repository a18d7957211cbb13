// This file is the table of units of measure: symbols, English names, exact factors (SPEC.md §8.9).
import { type Ratio, ratio } from "../ratio.ts";

export type Unit = {
  readonly symbol: string;
  readonly dimension: string;
  /** One unit in base units of its dimension; `zero` is its zero point, in base units. */
  readonly size: Ratio;
  readonly zero: Ratio;
};

type Row = readonly [symbol: string, size: string, names: string];

const TABLE: Readonly<Record<string, readonly Row[]>> = {
  length: [
    ["nm", "1/1000000000", "nanometer nanometers nanometre nanometres"],
    ["µm", "1/1000000", "um micrometer micrometers micrometre micrometres micron microns"],
    ["mm", "1/1000", "millimeter millimeters millimetre millimetres"],
    ["dm", "1/10", "decimeter decimeters decimetre decimetres"],
    ["cm", "1/100", "centimeter centimeters centimetre centimetres"],
    ["m", "1", "meter meters metre metres"],
    ["km", "1000", "kilometer kilometers kilometre kilometres kms"],
    ["in", "127/5000", "inch inches"],
    ["ft", "381/1250", "foot feet"],
    ["yd", "1143/1250", "yard yards yds"],
    ["mi", "201168/125", "mile miles"],
    ["nmi", "1852", ""],
    ["ly", "9460730472580800", ""],
  ],
  mass: [
    ["µg", "1/1000000", "ug mcg microgram micrograms"],
    ["mg", "1/1000", "milligram milligrams"],
    ["g", "1", "gram grams gramme grammes gm"],
    ["kg", "1000", "kilogram kilograms kilogramme kilogrammes kilo kilos kgs"],
    ["t", "1000000", "tonne tonnes metric-ton metric-tons"],
    ["oz", "45359237/1600000", "ounce ounces"],
    ["lb", "45359237/100000", "pound pounds lbs"],
    ["st", "317514659/50000", "stone"],
  ],
  volume: [
    ["ml", "1/1000", "milliliter milliliters millilitre millilitres"],
    ["cl", "1/100", "centiliter centiliters centilitre centilitres"],
    ["dl", "1/10", "deciliter deciliters decilitre decilitres"],
    ["l", "1", "liter liters litre litres"],
    ["m3", "1000", "m³ cubic-meter cubic-meters cubic-metre cubic-metres"],
    ["ft3", "55306341/1953125", "cubic-foot cubic-feet"],
    ["gal", "473176473/125000000", "gallon gallons"],
    ["qt", "473176473/500000000", "quart quarts"],
    ["pt", "473176473/1000000000", "pint pints"],
    ["cup", "473176473/2000000000", "cups"],
    ["tbsp", "473176473/32000000000", "tablespoon tablespoons"],
    ["tsp", "157725491/32000000000", "teaspoon teaspoons"],
    ["bbl", "9936705933/62500000", "barrel barrels"],
  ],
  area: [
    ["m2", "1", "m² sqm"],
    ["km2", "1000000", "km² sqkm"],
    ["ha", "10000", "hectare hectares"],
    ["acre", "316160658/78125", "acres"],
    ["ft2", "145161/1562500", "ft² sqft"],
  ],
  data: [
    ["bit", "1/8", "bits"],
    ["B", "1", "byte bytes"],
    ["kB", "1000", "kb kilobyte kilobytes"],
    ["MB", "1000000", "mb megabyte megabytes"],
    ["GB", "1000000000", "gb gigabyte gigabytes"],
    ["TB", "1000000000000", "tb terabyte terabytes"],
  ],
  speed: [
    ["m/s", "1", "mps meters-per-second metres-per-second"],
    [
      "km/h",
      "5/18",
      "kph kmh kmph km/hr kilometers-per-hour kilometres-per-hour kilometer-per-hour kilometre-per-hour",
    ],
    ["mph", "1397/3125", "miles-per-hour mile-per-hour"],
    ["kn", "463/900", "knot knots"],
  ],
};

/** Temperatures: size and zero point in kelvin. */
const TEMPERATURES: readonly (readonly [symbol: string, size: string, zero: string, names: string])[] = [
  ["K", "1", "0", "kelvin kelvins"],
  ["°C", "1", "5463/20", "c celsius celcius centigrade"],
  ["°F", "5/9", "45967/180", "f fahrenheit farenheit"],
];

const UNITS: readonly (readonly [Unit, string])[] = [
  ...Object.entries(TABLE).flatMap(([dimension, rows]) =>
    rows.map(([symbol, size, names]) => [{ symbol, dimension, size: part(size), zero: ratio(0n) }, names] as const),
  ),
  ...TEMPERATURES.map(
    ([symbol, size, zero, names]) =>
      [{ symbol, dimension: "temperature", size: part(size), zero: part(zero) }, names] as const,
  ),
];

/** Symbol → unit, letter for letter. */
export const BY_SYMBOL: ReadonlyMap<string, Unit> = new Map(UNITS.map(([unit]) => [unit.symbol, unit]));

/** Symbol or name in lower case → unit. */
export const BY_NAME: ReadonlyMap<string, Unit> = new Map(
  UNITS.flatMap(([unit, names]) => [
    ...(unit.symbol === "K" ? [] : [[unit.symbol.toLowerCase(), unit] as const]),
    ...names
      .split(" ")
      .filter((name) => name !== "")
      .map((name) => [name, unit] as const),
  ]),
);

function part(text: string): Ratio {
  const [over = "", under = "1"] = text.split("/");
  return ratio(BigInt(over), BigInt(under));
}
