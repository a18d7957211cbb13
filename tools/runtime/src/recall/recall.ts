// This file opens a recall index and finds the passages, pictures and sounds that fit a query best, by all its rankings together.
import { KolmError } from "@kolm/format";
import { diversify } from "./diversity.ts";
import { filterOf, type RecallFilter } from "./filter.ts";
import { fuse } from "./fuse.ts";
import type { RecallIndex } from "./index-file.ts";
import { type Keywords, readKeywords } from "./keywords/keywords-file.ts";
import { createKeywordSearch, type KeywordSearch } from "./keywords/search.ts";
import type { RecallPayload } from "./payload.ts";
import { openPayloads, type Payloads } from "./payloads.ts";
import type { Ranked } from "./ranking.ts";
import { bytesOf, openSpace, type RecallFiles, type Space } from "./vectors/space.ts";

/** What was found: score is the cosine, or BM25, where one ranking was asked, else in [0, 1] with 1 for the first of all rankings. */
export type Hit = {
  readonly id: string;
  readonly source: string;
  readonly title?: string;
  readonly kind: RecallPayload["kind"];
  readonly text?: string;
  readonly score: number;
  /** Where it stands in each ranking it is in, from 1, and its own score there. */
  readonly ranks: Readonly<Record<string, { readonly rank: number; readonly score: number }>>;
};

/** A query as unit vectors by name of the space, and as words for the keywords. */
export type RecallQuery = { readonly vectors?: ReadonlyMap<string, Float32Array>; readonly words?: string };

export type RecallOptions = {
  /** How many hits; index.topK by default. */
  readonly k?: number | undefined;
  /** How many of the best to leave out first, for a further page. */
  readonly offset?: number | undefined;
  readonly filter?: RecallFilter | undefined;
  /** λ of maximal marginal relevance in place of the index's; null: relevance alone. */
  readonly diversity?: number | null | undefined;
  /** Rankings to ask, "keywords" among them; all that the query fits by default. */
  readonly spaces?: readonly string[] | undefined;
};

export interface Recall {
  readonly index: RecallIndex;
  /** Hits, best first, and how many vectors were compared. */
  search(query: RecallQuery, options?: RecallOptions): { readonly hits: readonly Hit[]; readonly probes: number };
}

/** Checks all files against the index; KolmError RECALL_MALFORMED. Searching throws RECALL_FILTER and RECALL_SPACE. */
export function openRecall(index: RecallIndex, files: RecallFiles): Recall {
  return recallOf(openParts(index, files));
}

/** A recall over parts that are open, whether they are one index's own or joined from two. */
export function recallOf(parts: RecallParts): Recall {
  const { index, keywords } = parts;
  const words =
    index.keywords &&
    keywords &&
    createKeywordSearch(keywords, {
      language: index.keywords.language,
      k1: Number(index.keywords.k1),
      b: Number(index.keywords.b),
    });
  const opened: Opened = { ...parts, words };
  return { index, search: (query, options = {}) => search(opened, query, options) };
}

/** What an index holds, its files checked against it. */
export type RecallParts = {
  readonly index: RecallIndex;
  readonly payloads: Payloads;
  readonly spaces: readonly Space[];
  readonly keywords: Keywords | null;
};

/** KolmError RECALL_MALFORMED. */
export function openParts(index: RecallIndex, files: RecallFiles): RecallParts {
  const { count, keywords } = index;
  const payloads = openPayloads(bytesOf(index.payloads, files), { file: index.payloads, count });
  const spaces = index.spaces.map((space) => openSpace(space, files, count));
  return {
    index,
    payloads,
    spaces,
    keywords: keywords && readKeywords(bytesOf(keywords.file, files), { file: keywords.file, count }),
  };
}

type Opened = RecallParts & { readonly words: KeywordSearch | null };

/** Hits that come into question for each one wanted, where rankings are joined or hits are to be unlike each other. */
const DEPTH = 4;
const LEAST_DEPTH = 100;

function search(
  opened: Opened,
  query: RecallQuery,
  { k = opened.index.topK, offset = 0, filter, diversity, spaces }: RecallOptions,
): { hits: Hit[]; probes: number } {
  const { index, payloads } = opened;
  checkAmounts({ k, offset, diversity: diversity ?? 0 });
  const lambda = diversity === undefined ? sealedDiversity(index) : diversity;
  const wanted = Math.min(k + offset, index.count);
  const asked = askedOf(opened, query, spaces);
  const isPlain = asked.length <= 1 && lambda === null;
  const most = isPlain ? wanted : Math.min(index.count, Math.max(LEAST_DEPTH, DEPTH * wanted));
  const admitted = filter && payloads.where(filterOf(filter));
  const found = asked.map(({ name, ask }) => ({ name, ...ask({ most, admitted }) }));
  const rankings = new Map(found.map(({ name, ranking }) => [name, ranking]));
  const [only] = found;
  const weights = new Map(Object.entries(index.fuse.weights).map(([name, weight]) => [name, Number(weight)]));
  const { by, constant } = index.fuse;
  const joined = found.length === 1 ? (only?.ranking ?? []) : fuse(rankings, { by, constant, weights }, most);
  const ordered = lambda === null ? joined : unlike(opened, joined, { lambda, most: wanted, query });
  const ranks = [...rankings].map(([name, ranking]) => [name, placesOf(ranking)] as const);
  const hits = ordered.slice(offset, wanted).map((entry) => hitOf(payloads.at(entry.row), entry, ranks));
  return { hits, probes: found.reduce((sum, { probes }) => sum + probes, 0) };
}

function checkAmounts({ k, offset, diversity }: Readonly<Record<"k" | "offset" | "diversity", number>>): void {
  const isWhole = [k, offset].every((amount) => Number.isSafeInteger(amount) && amount >= 0);
  if (isWhole && diversity >= 0 && diversity <= 1) return;
  throw new KolmError("RECALL_QUERY", `k is ${k}, offset ${offset}, diversity ${diversity}`, {
    hint: "k and offset are whole numbers from 0, diversity is a number from 0 to 1.",
  });
}

const sealedDiversity = ({ diversity }: RecallIndex): number | null => (diversity === null ? null : Number(diversity));

type Ask = { readonly most: number; readonly admitted: ReadonlySet<number> | undefined };
type Asked = {
  readonly name: string;
  readonly ask: (options: Ask) => { readonly ranking: readonly Ranked[]; readonly probes: number };
};

/** The rankings that are wanted and that the query has something for. */
function askedOf({ spaces, words }: Opened, query: RecallQuery, wanted: readonly string[] | undefined): Asked[] {
  const all: Asked[] = spaces.flatMap((space) => {
    const vector = query.vectors?.get(space.space.name);
    return vector ? [{ name: space.space.name, ask: (options: Ask) => space.nearest(vector, options) }] : [];
  });
  const text = query.words;
  if (words && text !== undefined)
    all.push({ name: "keywords", ask: (options) => ({ ranking: words(text, options), probes: 0 }) });
  const unknown = wanted?.find((name) => name !== "keywords" && !spaces.some(({ space }) => space.name === name));
  if (unknown !== undefined) {
    throw new KolmError("RECALL_SPACE", `the index has no space called ${unknown}`, {
      hint: `It has: ${[...spaces.map(({ space }) => space.name), ...(words ? ["keywords"] : [])].join(", ")}.`,
    });
  }
  return wanted ? all.filter(({ name }) => wanted.includes(name)) : all;
}

type Unlike = { readonly lambda: number; readonly most: number; readonly query: RecallQuery };

/** Likeness is that of vectors in the first space that the query asks. */
function unlike({ spaces }: Opened, joined: readonly Ranked[], { lambda, most, query }: Unlike): Ranked[] {
  const space = spaces.find(({ space: { name } }) => query.vectors?.has(name)) ?? spaces[0];
  return diversify(joined, { lambda, most, vectorOf: (row) => space?.vectorOf(row) });
}

type Places = ReadonlyMap<number, { readonly rank: number; readonly score: number }>;

const placesOf = (ranking: readonly Ranked[]): Places =>
  new Map(ranking.map(({ row, score }, at) => [row, { rank: at + 1, score }]));

function hitOf(payload: RecallPayload, { row, score }: Ranked, ranks: readonly (readonly [string, Places])[]): Hit {
  const { id, source, title, kind, text } = payload;
  const places = ranks.flatMap(([name, ranking]) => {
    const place = ranking.get(row);
    return place ? [[name, place] as const] : [];
  });
  return {
    id,
    source,
    ...(title === undefined ? {} : { title }),
    kind,
    ...(text === undefined ? {} : { text }),
    score,
    ranks: Object.fromEntries(places),
  };
}
