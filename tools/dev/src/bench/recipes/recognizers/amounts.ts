// This file answers the families of numbers, money, measures, ages and telephone numbers.
import { spotValues, type ValueKind, type ValueSettings } from "@kolm/recipe";
import { answered, equals, type Family, type Found, isolated, masked } from "./piece.ts";

export const NUMBER_WORD =
  /[0-9¼-¾⅐-⅞]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|[a-z]*illion(?:th)?s?|dozens?|half|halves|quarters?|thirds?|[a-z]+ths?|nil|zero|nought|crore|lakh|couple|over|dzs?|dozs?|[gkmtb]|percents?|percentages?)\b|[%^]|-\s+\uFFFC|\uFFFC and \uFFFC/i;

const names: Readonly<Record<string, string>> = {
  mi: "Mile",
  m: "Meter",
  ft: "Foot",
  lb: "Pound",
  "km/h": "Kilometer per hour",
  kg: "Kilogram",
  in: "Inch",
  mm: "Millimeter",
  cm: "Centimeter",
  km: "Kilometer",
  nm: "Nanometer",
  yd: "Yard",
  µm: "Micrometer",
  µg: "Microgram",
  mg: "Milligram",
  g: "Gram",
  oz: "Ounce",
  t: "Metric ton",
  ml: "Milliliter",
  l: "Liter",
  dl: "Deciliter",
  cl: "Centiliter",
  m2: "Square meter",
  km2: "Square kilometer",
  ft2: "Square foot",
  ha: "Hectare",
  acre: "Acre",
  mph: "Mile per hour",
  kn: "Knot",
  "m/s": "Meter per second",
  MB: "Megabyte",
  GB: "Gigabyte",
  kB: "Kilobyte",
  TB: "Terabyte",
  dm: "Decimeter",
  gal: "Gallon",
  qt: "Quart",
  pt: "Pint",
  cup: "Cup",
  tbsp: "Tablespoon",
  tsp: "Teaspoon",
  bbl: "Barrel",
  m3: "Cubic meter",
  ft3: "Cubic foot",
  "°C": "C",
  "°F": "F",
  K: "K",
};

/** What the library calls money without an ISO code. */
const UNCODED: Readonly<Record<string, string>> = { USD: "Dollar", GBP: "Pound", FIM: "Finnish markka", ESP: "Peseta" };

/** Short forms that the library reads as other units. */
const UNCLEAR = /[0-9] ?(?:t|[kmgt]b)$/i;

/** One kind of value: what a canonical value means in the library's terms, and what else in the text makes it abstain. */
export function single(
  kind: ValueKind,
  settings: ValueSettings,
  rest: RegExp,
  means: (value: string, plain: string | undefined) => Found["holds"],
): Family {
  return (input) => {
    const plain = spotValues(input, kind);
    const british = kind === "currency" ? spotValues(input, kind, { ...settings, region: "GB" }) : [];
    const pieces = spotValues(input, kind, settings).map(({ start, end, value }) => {
      const own = british.find((one) => one.start === start && one.end === end);
      return { start, end, kind, value: value ?? own?.value };
    });
    if (
      !isolated(input, pieces) ||
      rest.test(masked(input, pieces)) ||
      pieces.some(({ start, end }) => UNCLEAR.test(input.slice(start, end)))
    )
      return undefined;
    return answered(input, pieces, (value, piece) => {
      const minor = /(cent|pence)s?$/i.exec(input.slice(piece.start, piece.end))?.[1];
      if (minor !== undefined && kind === "currency" && !/dollar|\$/i.test(input.slice(piece.start, piece.end)))
        return hundredths(value, minor.toLowerCase() === "cent" ? "Cent" : "Pence");
      return means(value, plain.find(({ start }) => start === piece.start)?.value);
    });
  };
}

function hundredths(value: string, unit: string): Found["holds"] {
  const [amount = ""] = value.split(" ");
  return (resolution) =>
    resolution["unit"] === unit && Math.abs(Number(resolution["value"]) - Number(amount) * 100) < 1e-9;
}

export function measure(value: string): Found["holds"] {
  const [amount = "", ...symbol] = value.split(" ");
  return (resolution) => equals(amount)(resolution) && resolution["unit"] === names[symbol.join(" ")];
}

export function money(value: string, plain: string | undefined): Found["holds"] {
  const [amount = "", code = ""] = value.split(" ");
  return (resolution) =>
    equals(amount)(resolution) &&
    (plain === undefined || code === "FIM" || code === "ESP"
      ? resolution["unit"] === UNCODED[code] && resolution["isoCurrency"] === undefined
      : resolution["isoCurrency"] === code);
}

const REGIONS = ["US", "GB", "DE", "FR", "NL", "IT", "ES", "IN", "CN", "BR", "DK", "AU", "JP", "KR"];

// The set states no region: a number counts where some region reads all of it.
export const phones: Family = (input) => {
  const all = REGIONS.map((region) => spotValues(input, "phone", { region })).find((found) => found.length > 0) ?? [];
  const pieces = all.map((piece) => ({ ...piece, kind: "phone" as const }));
  if (/[0-9]|\bnot\b|n't|card|account|No\./i.test(masked(input, pieces))) return undefined;
  return answered(
    input,
    pieces,
    (_, { start, end }) =>
      (resolution) =>
        String(resolution["value"]).toLowerCase() === input.slice(start, end).toLowerCase(),
  );
};

export const ages: Family = (input) => {
  const pieces = spotValues(input, "age").map((piece) => ({ ...piece, kind: "age" as const }));
  if (/\b(?:ages?|aged|olds?|yo)\b/i.test(masked(input, pieces))) return undefined;
  return answered(input, pieces, (value, { start }) => (resolution) => {
    const told = /^age/i.test(input.slice(start)) ? "Age" : "Year";
    const unit = { [told]: "Y", Month: "M", Week: "W", Day: "D" }[String(resolution["unit"])];
    return value === `P${String(resolution["value"])}${unit ?? "?"}`;
  });
};
