// This file is the table of telephone numbering by region: ITU-T E.164 country codes, trunk prefixes, lengths (SPEC.md §8.7).

export type Numbering = {
  readonly code: string;
  /** Dialled before a national number inside the country, no part of it; "" where there is none. */
  readonly trunk: string;
  /** Dialled before a country code. */
  readonly exit: string;
  /** Digits of a national number. */
  readonly least: number;
  readonly most: number;
  /** Digits a national number may start with; any where empty. */
  readonly starts: string;
};

type Row = readonly [
  region: string,
  code: string,
  trunk: string,
  least: number,
  most: number,
  exit?: string,
  starts?: string,
];

const ROWS: readonly Row[] = [
  ["US", "1", "1", 10, 10, "011"],
  ["CA", "1", "1", 10, 10, "011"],
  ["AE", "971", "0", 8, 9],
  ["AR", "54", "0", 10, 11],
  ["AT", "43", "0", 4, 13],
  ["AU", "61", "0", 9, 9, "0011"],
  ["BE", "32", "0", 8, 9],
  ["BG", "359", "0", 8, 9],
  ["BR", "55", "0", 10, 11],
  ["CH", "41", "0", 9, 9],
  ["CL", "56", "", 9, 9],
  ["CN", "86", "0", 9, 11],
  ["CO", "57", "", 10, 10],
  ["CZ", "420", "", 9, 9],
  ["DE", "49", "0", 6, 12],
  ["DK", "45", "", 8, 8, "00", "23456789"],
  ["EG", "20", "0", 8, 10],
  ["ES", "34", "", 9, 9, "00", "6789"],
  ["FI", "358", "0", 5, 12],
  ["FR", "33", "0", 9, 9],
  ["GB", "44", "0", 9, 10],
  ["GR", "30", "", 10, 10, "00", "2678"],
  ["HK", "852", "", 8, 8, "001", "23456789"],
  ["HU", "36", "06", 8, 9],
  ["ID", "62", "0", 8, 12],
  ["IE", "353", "0", 7, 9],
  ["IL", "972", "0", 8, 9],
  ["IN", "91", "0", 10, 10],
  ["IT", "39", "", 6, 11, "00", "038"],
  ["JP", "81", "0", 9, 10, "010"],
  ["KE", "254", "0", 9, 9],
  ["KR", "82", "0", 8, 10],
  ["MA", "212", "0", 9, 9],
  ["MX", "52", "", 10, 10],
  ["MY", "60", "0", 8, 10],
  ["NG", "234", "0", 8, 10],
  ["NL", "31", "0", 9, 9],
  ["NO", "47", "", 8, 8, "00", "23456789"],
  ["NZ", "64", "0", 8, 10],
  ["PE", "51", "0", 8, 9],
  ["PH", "63", "0", 8, 10],
  ["PK", "92", "0", 9, 10],
  ["PL", "48", "", 9, 9, "00", "123456789"],
  ["PT", "351", "", 9, 9, "00", "2389"],
  ["RO", "40", "0", 9, 9],
  ["RU", "7", "8", 10, 10],
  ["SA", "966", "0", 8, 9],
  ["SE", "46", "0", 7, 9],
  ["SG", "65", "", 8, 8, "00", "3689"],
  ["SK", "421", "0", 9, 9],
  ["TH", "66", "0", 8, 9],
  ["TR", "90", "0", 10, 10],
  ["UA", "380", "0", 9, 9],
  ["VN", "84", "0", 9, 10],
  ["ZA", "27", "0", 9, 9],
];

/** Region → numbering. */
export const REGIONS: ReadonlyMap<string, Numbering> = new Map(
  ROWS.map(([region, code, trunk, least, most, exit = "00", starts = ""]) => [
    region,
    { code, trunk, exit, least, most, starts },
  ]),
);

/** Country code → numbering. */
export const BY_CODE: ReadonlyMap<string, Numbering> = new Map([...REGIONS.values()].map((one) => [one.code, one]));
