// This file says which value operations answer which family of the recogniser set, and when they leave a row alone.
import { compilePack, type Recipe, spotValues, type ValueKind, type ValueSettings } from "@kolm/recipe";

/** A value in a row: its text, and the test of a resolution that the library gives. */
export type Found = {
  readonly text: string;
  readonly holds: (resolution: Resolution) => boolean;
};
type Resolution = Readonly<Record<string, unknown>> & { readonly values?: readonly Readonly<Record<string, string>>[] };

/** Undefined abstains. */
type Family = (input: string, reference: string) => readonly Found[] | undefined;

type Piece = { readonly start: number; readonly end: number; readonly value: string | undefined; readonly kind: ValueKind };

const NUMBER_WORD =
  /[0-9¼-¾⅐-⅞]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|[a-z]*illion(?:th)?s?|dozens?|half|halves|quarters?|thirds?|[a-z]+ths?|nil|zero|nought|crore|lakh|couple|percents?|percentages?)\b|%/i;

const names: Readonly<Record<string, string>> = {
  mi: "Mile", m: "Meter", ft: "Foot", lb: "Pound", "km/h": "Kilometer per hour", kg: "Kilogram", in: "Inch", mm: "Millimeter",
  cm: "Centimeter", km: "Kilometer", nm: "Nanometer", yd: "Yard", µm: "Micrometer", µg: "Microgram", mg: "Milligram", g: "Gram",
  oz: "Ounce", t: "Metric ton", ml: "Milliliter", l: "Liter", dl: "Deciliter", cl: "Centiliter", m2: "Square meter",
  km2: "Square kilometer", ft2: "Square foot", ha: "Hectare", acre: "Acre", mph: "Mile per hour", kn: "Knot", "m/s": "Meter per second",
  MB: "Megabyte", GB: "Gigabyte", kB: "Kilobyte", TB: "Terabyte", "°C": "C", "°F": "F", K: "K",
};

const SHARED: Readonly<Record<string, string>> = { USD: "Dollar", GBP: "Pound" };

/** One kind of value: what a canonical value means in the library's terms, and what else in the text makes it abstain. */
function single(kind: ValueKind, settings: ValueSettings, rest: RegExp, means: (value: string, plain: string | undefined) => Found["holds"]): Family {
  return (input) => {
    const plain = spotValues(input, kind);
    const pieces = spotValues(input, kind, settings).map((piece) => ({ ...piece, kind }));
    if (rest.test(masked(input, pieces))) return undefined;
    return answered(input, pieces, (value, piece) => means(value, plain.find(({ start }) => start === piece.start)?.value));
  };
}

function answered(
  input: string,
  pieces: readonly Piece[],
  means: (value: string, piece: Piece) => Found["holds"],
): readonly Found[] | undefined {
  const found = pieces.flatMap((piece) =>
    piece.value === undefined ? [] : [{ text: input.slice(piece.start, piece.end), holds: means(piece.value, piece) }],
  );
  return found.length === pieces.length ? found : undefined;
}

function masked(input: string, pieces: readonly Piece[]): string {
  return pieces.reduceRight((text, { start, end }) => `${text.slice(0, start)}\u0000${text.slice(end)}`, input);
}

const equals = (value: string) => (resolution: Resolution): boolean => {
  const truth = resolution["value"];
  return typeof truth === "string" && (truth === value || (value !== "" && Number(truth) === Number(value)));
};

function measure(value: string): Found["holds"] {
  const [amount = "", ...symbol] = value.split(" ");
  return (resolution) => equals(amount)(resolution) && resolution["unit"] === names[symbol.join(" ")];
}

function money(value: string, plain: string | undefined): Found["holds"] {
  const [amount = "", code = ""] = value.split(" ");
  return (resolution) =>
    equals(amount)(resolution) &&
    (plain === undefined ? resolution["unit"] === SHARED[code] && resolution["isoCurrency"] === undefined : resolution["isoCurrency"] === code);
}

const REGIONS = ["US", "GB", "DE", "FR", "NL", "IT", "ES", "IN", "CN", "BR", "DK", "AU", "JP", "KR"];

// The set states no region: a number counts where some region reads all of it.
const phones: Family = (input) => {
  const all = REGIONS.map((region) => spotValues(input, "phone", { region })).find((found) => found.length > 0) ?? [];
  const pieces = all.map((piece) => ({ ...piece, kind: "phone" as const }));
  if (/[0-9]|\bnot\b|n't|card|account|No\./i.test(masked(input, pieces))) return undefined;
  return answered(input, pieces, (_, { start, end }) => (resolution) => resolution["value"] === input.slice(start, end));
};

const ages: Family = (input) => {
  const pieces = spotValues(input, "duration")
    .flatMap((piece) => {
      const old = /^(?:[- ]olds?|[- ]of[- ]age)\b/i.exec(input.slice(piece.end));
      return old === null ? [] : [{ ...piece, kind: "duration" as const, end: piece.end + old[0].length }];
    });
  if (/\b(?:ages?|aged|olds?)\b/i.test(masked(input, pieces))) return undefined;
  return answered(input, pieces, (value) => (resolution) => {
    const unit = { Year: "Y", Month: "M", Week: "W", Day: "D" }[String(resolution["unit"])];
    return value === `P${String(resolution["value"])}${unit ?? "?"}`;
  });
};

const MOMENTS: readonly ValueKind[] = ["datetime", "date", "duration", "time"];

const TIME_WORD =
  /[0-9]|\b(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?s?|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)[a-z]*|days?|weeks?|months?|years?|quarters?|hours?|minutes?|seconds?|mins?|hrs?|nights?|nightly|mornings?|afternoons?|evenings?|noon|midnight|weekends?|weekdays?|decades?|century|centuries|today|tonight|tomorrow|yesterday|now|currently|recently|present|ago|later|earlier|next|last|past|previous|this|coming|upcoming|following|same|every|each|daily|weekly|monthly|yearly|annual(?:ly)?|before|after|since|until|till|through|by|between|from|to|within|during|around|about|circa|approximately|early|mid|late|over|under|more|less|least|most|longer|shorter|than|or|and|all|whole|entire|end|eod|start|beginning|spring|summer|autumn|fall|winter|christmas|easter|eve|holiday|birthday|thanksgiving|lunch|dinner|breakfast|time|timezone|utc|gmt|[pecm]st|am|pm|once|twice|another|extra|for|in|on|off|old)\b/i;

const moments: Family = (input, reference) => {
  const settings: ValueSettings = { order: "mdy", century: 1940, reference };
  const all = MOMENTS.flatMap((kind) => spotValues(input, kind, settings).map((piece) => ({ ...piece, kind })));
  const pieces: Piece[] = [];
  for (const piece of all.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (piece.start >= (pieces.at(-1)?.end ?? 0)) pieces.push(piece);
  }
  if (TIME_WORD.test(masked(input, pieces))) return undefined;
  return answered(input, pieces, (value, { kind }) => ({ values }) => values?.length === 1 && isMoment(value, kind, values[0] ?? {}));
};

function isMoment(value: string, kind: ValueKind, truth: Readonly<Record<string, string>>): boolean {
  if (truth["type"] !== kind || truth["Mod"] !== undefined) return false;
  if (kind === "duration") return truth["timex"] === value;
  if (kind === "date") return truth["value"] === value;
  const seconds = /:[0-9]{2}:[0-9]{2}/.test(value) ? value : `${value}:00`;
  return truth["value"] === seconds.replace("T", " ");
}

/** Patterns of sequences, as recipes run them. */
const SEQUENCES: Readonly<Record<string, { readonly pattern: string; readonly group: number }>> = {
  EmailModel: { pattern: "(?:^|[\\s<(\\[:;,])([A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*@(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,})(?:$|[\\s>)\\];,!?]|\\.(?:$|\\s))", group: 1 },
  GUIDModel: { pattern: "(?:^|\\s)([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32}|\\{(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})\\}|[Xx]'(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})'|urn:uuid:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})(?:$|[\\s.,;])", group: 1 },
  IpAddressModel: { pattern: "(?:^|\\s)((?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]))(?:$|[\\s/,;]|\\.(?:$|\\s))", group: 1 },
  URLModel: { pattern: "(?:^|\\s)((?:https?|ftp)://(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,3}(?::[0-9]+)?(?:/[A-Za-z0-9_/.#?=&%-]*[A-Za-z0-9_/=])?)(?:$|[\\s,;]|\\.(?:$|\\s))", group: 1 },
};

function sequence(name: string): Family {
  const { pattern, group } = SEQUENCES[name] ?? { pattern: "", group: 0 };
  const nodes: Recipe["nodes"] = [{ op: "find", pattern, group }, { op: "label", of: 0, label: "value" }];
  const pack = compilePack([{ id: "sequence", field: "f", gives: "marks", nodes }]);
  return (input) => pack.decide(input).marks.map(({ text }) => ({ text, holds: ({ value }) => String(value).toLowerCase() === text.toLowerCase() }));
}

export const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ["Number/NumberModel", single("number", {}, NUMBER_WORD, equals)],
  ["Number/OrdinalModel", single("ordinal", {}, /\b(?:next|last|previous|penultimate|current|latter|former)\b|[0-9]|\b[a-z]+(?:th|first|second|third)s?\b/i, equals)],
  ["Number/PercentModel", single("percent", {}, NUMBER_WORD, (value) => ({ value: truth }) => truth === value)],
  ["NumberWithUnit/CurrencyModel", single("currency", { region: "US" }, /[$€£¥₹₩₽]|\b(?:dollars?|euros?|pounds?|yen|yuan|cents?|pence|bitcoins?|francs?|rupees?|usd|eur|gbp|m(?:usd|gbp|eur)|rmb|[a-z]*coin|satoshi)\b/i, money)],
  ["NumberWithUnit/DimensionModel", single("unit", {}, /[0-9]/, measure)],
  ["NumberWithUnit/TemperatureModel", single("unit", {}, /[0-9]|\b(?:degrees?|celsius|fahrenheit|cold|warm)\b/i, measure)],
  ["NumberWithUnit/AgeModel", ages],
  ["Sequence/PhoneNumberModel", phones],
  ["Sequence/EmailModel", sequence("EmailModel")],
  ["Sequence/GUIDModel", sequence("GUIDModel")],
  ["Sequence/IpAddressModel", sequence("IpAddressModel")],
  ["Sequence/URLModel", sequence("URLModel")],
  ["DateTime/DateTimeModel", moments],
]);
