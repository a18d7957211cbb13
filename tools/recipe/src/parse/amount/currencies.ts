// This file is the table of currencies: ISO 4217 codes, English names, signs (SPEC.md §8.8).

/** Names by code; plural forms with "s" are added. */
const NAMES: readonly (readonly [code: string, names: string])[] = [
  ["AED", "uae dirham"],
  ["ARS", "argentine peso"],
  ["AUD", "australian dollar,aussie dollar"],
  ["BGN", "bulgarian lev"],
  ["BRL", "brazilian real"],
  ["CAD", "canadian dollar"],
  ["CHF", "swiss franc"],
  ["CLP", "chilean peso"],
  ["CNY", "yuan,renminbi,chinese yuan,rmb"],
  ["COP", "colombian peso"],
  ["CZK", "czech koruna"],
  ["DEM", "deutsche mark,german mark"],
  ["DKK", "danish krone"],
  ["EGP", "egyptian pound"],
  ["ESP", "peseta,spanish peseta"],
  ["EUR", "euro"],
  ["FIM", "finnish markka"],
  ["FRF", "french franc"],
  ["GBP", "british pound,pound sterling,pounds sterling,quid"],
  ["HKD", "hong kong dollar"],
  ["HUF", "forint,hungarian forint"],
  ["IDR", "rupiah,indonesian rupiah"],
  ["ILS", "shekel,israeli shekel"],
  ["INR", "indian rupee"],
  ["ISK", "icelandic krona"],
  ["JPY", "yen,japanese yen"],
  ["KRW", "south korean won,korean won"],
  ["MXN", "mexican peso"],
  ["MYR", "ringgit,malaysian ringgit"],
  ["NOK", "norwegian krone"],
  ["NZD", "new zealand dollar"],
  ["PHP", "philippine peso"],
  ["PLN", "zloty,polish zloty"],
  ["RON", "romanian leu"],
  ["RUB", "ruble,rouble,russian ruble"],
  ["SAR", "saudi riyal"],
  ["SEK", "swedish krona"],
  ["SGD", "singapore dollar"],
  ["THB", "baht,thai baht"],
  ["TRY", "turkish lira"],
  ["TWD", "taiwan dollar,new taiwan dollar"],
  ["UAH", "hryvnia,ukrainian hryvnia"],
  ["USD", "us dollar,american dollar,united states dollar,u . s . dollar"],
  ["VND", "dong,vietnamese dong"],
  ["ZAR", "south african rand"],
];

const CODES = new Set(NAMES.map(([code]) => code));

/** Words, with single spaces, → code. */
export const CURRENCY_NAMES: ReadonlyMap<string, string> = new Map(
  NAMES.flatMap(([code, names]) =>
    names.split(",").flatMap((name) => [[name, code] as const, [`${name}s`, code] as const]),
  ),
);

type ByRegion = Readonly<Record<string, string>>;

const DOLLARS = { US: "USD", CA: "CAD", AU: "AUD", NZ: "NZD", SG: "SGD", HK: "HKD" };

/** What several countries write → the code by region; without a region it has no value. */
export const SHARED: ReadonlyMap<string, ByRegion> = new Map<string, ByRegion>([
  ...["$", "dollar", "dollars", "bucks"].map((sign) => [sign, DOLLARS] as const),
  ...["£", "pound", "pounds"].map((sign) => [sign, { GB: "GBP", EG: "EGP" }] as const),
  ...["¥", "￥"].map((sign) => [sign, { JP: "JPY", CN: "CNY" }] as const),
  ...["franc", "francs"].map((sign) => [sign, { CH: "CHF" }] as const),
  ...["kr", "krone", "kroner", "krona", "kronor"].map(
    (sign) => [sign, { DK: "DKK", NO: "NOK", SE: "SEK", IS: "ISK" }] as const,
  ),
  ...["peso", "pesos"].map((sign) => [sign, { MX: "MXN", AR: "ARS", CL: "CLP", CO: "COP", PH: "PHP" }] as const),
  ...["₨", "rs", "rupee", "rupees"].map((sign) => [sign, { IN: "INR" }] as const),
]);

/** Signs of one currency, as runs of joined tokens. */
export const SIGNS: ReadonlyMap<string, string> = new Map([
  ["€", "EUR"],
  ["₹", "INR"],
  ["₩", "KRW"],
  ["₽", "RUB"],
  ["₺", "TRY"],
  ["₫", "VND"],
  ["₴", "UAH"],
  ["₪", "ILS"],
  ["฿", "THB"],
  ["us$", "USD"],
  ["c$", "CAD"],
  ["ca$", "CAD"],
  ["a$", "AUD"],
  ["au$", "AUD"],
  ["nz$", "NZD"],
  ["hk$", "HKD"],
  ["s$", "SGD"],
  ["r$", "BRL"],
  ["mx$", "MXN"],
]);

/** Whether a word, in lower case, is a code of the table. */
export function codeOf(word: string): string | undefined {
  const code = word.toUpperCase();
  // Words of English too; as codes they are too easily misread.
  return code === "TRY" || code === "COP" || code === "RON" ? undefined : CODES.has(code) ? code : undefined;
}

/** Whether a text is a code of the table in upper case. */
export function isCode(text: string): boolean {
  return CODES.has(text);
}
