// This file measures ranking on SciFact: by words, by vectors, and by both; all settings are chosen on the training claims.
import {
  type Hit,
  openRecall,
  packKeywords,
  packRows,
  packVectors,
  type Recall,
  RecallIndex,
  scaledScores,
} from "@kolm/runtime";
import { assert, utf8 } from "@kolm/format";
import type { Row } from "../bench.ts";
import { baseEmbedder, type Embedder, remembered } from "./embedder.ts";
import { ndcg } from "./ndcg.ts";
import { type Abstract, type Claim, type Passages, passagesOf, readAbstracts, readClaims } from "./scifact-data.ts";
import { tunedEmbedder } from "./scifact-tuned.ts";

/** Of a passage: some 110 of the base's tokens, of which it reads 128. */
const WORDS = 56;
/** What is tried on the training claims. */
const K1 = ["0.6", "0.9", "1.2", "1.5", "2"];
const B = ["0.3", "0.45", "0.6", "0.75", "0.9"];
const WEIGHTS = ["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3", "0.4", "0.5", "0.7", "1", "1.5", "2", "3"];
const CONSTANTS = [5, 10, 20, 40, 60];
/** How often the words of a title count among those of its abstract. */
const TITLES = [1, 2, 3];

/** Rows of the table of `npm run bench -- recall scifact`: with the base as it is, and tuned on the training claims. */
export async function measureScifact(): Promise<readonly Row[]> {
  const plain = await measureWith({ embedder: await baseEmbedder(), name: "base", aim: 0.68 });
  const { embedder, facts } = await tunedEmbedder(await readAbstracts(), await readClaims("train"), WORDS);
  return [...plain, ...(await measureWith({ embedder, name: "tuned", aim: 0.7, unseen: new Set(facts.held) }))];
}

type Measured = {
  readonly embedder: Embedder;
  readonly name: string;
  readonly aim: number;
  /** Training claims that the encoder was not trained on: only these tell how much its ranking should count. */
  readonly unseen?: ReadonlySet<string>;
};

async function measureWith({ embedder, name, aim, unseen }: Measured): Promise<readonly Row[]> {
  const corpus = await openCorpus(embedder);
  const [train, test] = [await askedWith(corpus, "train"), await askedWith(corpus, "test")];
  const judges = train.filter(({ claim }) => unseen?.has(claim.input) ?? true);
  const chosen = choose(corpus, train, judges);
  const recall = openWith(corpus, chosen);
  const [words = 0, vectors = 0, both = 0] = [["keywords"], ["text"], ["text", "keywords"]].map((spaces) =>
    gradeOf(recall, test, spaces),
  );
  const { titles, k1, b, weight } = chosen;
  const way = chosen.by === "score" ? "by score" : `by rank, constant ${chosen.constant}`;
  const row = (what: string, value: number, least?: number): Row => ({
    what,
    aim: least === undefined ? "–" : `> ${least}`,
    measured: value.toFixed(4),
    holds: least === undefined ? null : value > least,
  });
  return [
    ...(unseen ? [] : [row(`SciFact test nDCG@10, words alone (BM25, k1 ${k1}, b ${b}, titles × ${titles})`, words)]),
    row(`SciFact test nDCG@10, vectors of the ${name} encoder alone`, vectors),
    row(`SciFact test nDCG@10, both, ${name} (${way}, weight of vectors ${weight})`, both, aim),
    row(`SciFact train nDCG@10, both, ${name}, on the ${judges.length} claims that chose the weight`, chosen.score),
  ];
}

type Corpus = {
  readonly embedder: Embedder;
  readonly abstracts: readonly Abstract[];
  readonly passages: Passages;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly vectors: number;
};
type Asked = readonly { readonly claim: Claim; readonly vector: Float32Array }[];
type Words = { readonly titles: number; readonly k1: string; readonly b: string };
type Joining = { readonly by?: "score"; readonly constant: number; readonly weight: string };
type Settings = Words & Joining;

/** An abstract is a payload; its vectors are those of its passages, so that its score is that of its nearest passage. */
async function openCorpus(embedder: Embedder): Promise<Corpus> {
  const abstracts = await readAbstracts();
  const passages = passagesOf(abstracts, WORDS);
  const vectors = await remembered(embedder, passages.texts);
  const sha256 = "0".repeat(64);
  const lines = abstracts.map(({ id }) => JSON.stringify({ id, source: id, kind: "text", sha256 }));
  const files = new Map([
    ["payloads.jsonl", utf8(`${lines.join("\n")}\n`)],
    ["vectors.bin", packVectors(vectors, "f32")],
    ["rows.bin", packRows(passages.rows)],
    ...TITLES.map((times): [string, Uint8Array] => [keywordsFile(times), wordsOf(abstracts, times)]),
  ]);
  return { embedder, abstracts, passages, files, vectors: vectors.length };
}

const keywordsFile = (titles: number): string => `keywords.${titles}.bin`;

const wordsOf = (abstracts: readonly Abstract[], times: number): Uint8Array =>
  packKeywords(
    abstracts.map(({ title, text }) => `${`${title}\n`.repeat(times)}${text}`),
    "en",
  );

async function askedWith({ embedder }: Corpus, split: "train" | "test"): Promise<Asked> {
  const claims = await readClaims(split);
  const vectors = await remembered(
    embedder,
    claims.map(({ input }) => input),
  );
  return claims.map((claim, at) => ({ claim, vector: vectors[at] ?? new Float32Array() }));
}

/** Without how rankings are joined, words alone can be asked. */
function openWith({ abstracts, vectors, files }: Corpus, settings: Words & Partial<Joining>): Recall {
  const { titles, k1, b, by, constant = 60, weight } = settings;
  const index = RecallIndex.parse({
    version: 2,
    count: abstracts.length,
    topK: 10,
    payloads: "payloads.jsonl",
    ship: "payload-digests",
    spaces: weight === undefined ? [] : [{ ...SPACE, count: vectors }],
    encoders: {},
    keywords: { file: keywordsFile(titles), language: "en", k1, b },
    fuse: { ...(by ? { by } : {}), constant, weights: { text: weight ?? "1", keywords: "1" } },
    diversity: null,
  });
  return openRecall(index, files);
}

const SPACE = {
  name: "text",
  dims: 512,
  metric: "cosine",
  rows: { file: "rows.bin" },
  vectors: { file: "vectors.bin", type: "f32" },
  graph: null,
  queries: {},
} as const;

function gradeOf(recall: Recall, asked: Asked, spaces: readonly string[]): number {
  const grades = asked.map(({ claim, vector }) => {
    const { hits } = recall.search({ vectors: new Map([["text", vector]]), words: claim.input }, { spaces });
    return ndcg(
      hits.map(({ id }) => id),
      claim.output,
    );
  });
  return grades.reduce((sum, grade) => sum + grade, 0) / asked.length;
}

/** The best on the training claims: first the settings of BM25 alone, then on the judges how both are joined. */
function choose(corpus: Corpus, train: Asked, judges: Asked): Settings & { readonly score: number } {
  const words = best(
    TITLES.flatMap((titles) => K1.flatMap((k1) => B.map((b) => ({ titles, k1, b })))),
    (settings) => gradeOf(openWith(corpus, settings), train, ["keywords"]),
  );
  const ranked = rankedBy(openWith(corpus, { ...words, constant: 60, weight: "1" }), judges);
  const ways = [...CONSTANTS.map((constant) => ({ constant })), { by: "score", constant: 60 } as const];
  return best(
    ways.flatMap((way) => WEIGHTS.map((weight) => ({ ...words, ...way, weight }))),
    (settings) => joinedGrade(ranked, settings),
  );
}

type Ranked = readonly { readonly claim: Claim; readonly text: readonly Hit[]; readonly keywords: readonly Hit[] }[];

/** How deep rankings are joined where ten hits are asked. */
const DEPTH = 100;

/** Each ranking alone, for each claim: what joining them chooses from. */
function rankedBy(recall: Recall, asked: Asked): Ranked {
  return asked.map(({ claim, vector }) => {
    const query = { vectors: new Map([["text", vector]]), words: claim.input };
    const alone = (name: string): readonly Hit[] => recall.search(query, { k: DEPTH, spaces: [name] }).hits;
    return { claim, text: alone("text"), keywords: alone("keywords") };
  });
}

/** nDCG@10 when the rankings are joined as the index joins them. */
function joinedGrade(ranked: Ranked, { by, constant, weight }: Joining): number {
  const grades = ranked.map(({ claim, text, keywords }) => {
    const sums = new Map<string, number>();
    for (const [hits, times] of [
      [text, Number(weight)],
      [keywords, 1],
    ] as const) {
      const shares = by === "score" ? scaledScores(hits.map(({ score }) => score)) : [];
      for (const [at, { id }] of hits.entries())
        sums.set(id, (sums.get(id) ?? 0) + times * (shares[at] ?? 1 / (constant + at + 1)));
    }
    const ordered = [...sums].sort(([, x], [, y]) => y - x).map(([id]) => id);
    return ndcg(ordered, claim.output);
  });
  return grades.reduce((sum, grade) => sum + grade, 0) / ranked.length;
}

function best<T>(tried: readonly T[], grade: (settings: T) => number): T & { readonly score: number } {
  const [first, ...rest] = tried.map((settings) => ({ ...settings, score: grade(settings) }));
  assert(first !== undefined, "there is something to choose from");
  return rest.reduce((top, one) => (one.score > top.score ? one : top), first);
}
