// This file measures ranking on SciFact: by words, by vectors, and by both; all settings are chosen on the training claims.
import { type Hit, openRecall, packKeywords, packRows, packVectors, type Recall, RecallIndex } from "@kolm/runtime";
import { utf8 } from "@kolm/format";
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
  const grade = (settings: Settings, spaces: readonly string[]): number =>
    gradeOf(openWith(corpus, settings), test, spaces);
  const [words, vectors, both] = [
    grade(chosen, ["keywords"]),
    grade(chosen, ["text"]),
    grade(chosen, ["text", "keywords"]),
  ];
  const { k1, b, constant, weight } = chosen;
  const row = (what: string, value: number, least?: number): Row => ({
    what,
    aim: least === undefined ? "–" : `> ${least}`,
    measured: value.toFixed(4),
    holds: least === undefined ? null : value > least,
  });
  return [
    ...(unseen ? [] : [row(`SciFact test nDCG@10, words alone (BM25, k1 ${k1}, b ${b})`, words)]),
    row(`SciFact test nDCG@10, vectors of the ${name} encoder alone`, vectors),
    row(`SciFact test nDCG@10, both, ${name} (weight of vectors ${weight}, constant ${constant})`, both, aim),
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
type Settings = { readonly k1: string; readonly b: string; readonly constant: number; readonly weight: string };

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
    [
      "keywords.bin",
      packKeywords(
        abstracts.map(({ title, text }) => `${title}\n${text}`),
        "en",
      ),
    ],
  ]);
  return { embedder, abstracts, passages, files, vectors: vectors.length };
}

async function askedWith({ embedder }: Corpus, split: "train" | "test"): Promise<Asked> {
  const claims = await readClaims(split);
  const vectors = await remembered(
    embedder,
    claims.map(({ input }) => input),
  );
  return claims.map((claim, at) => ({ claim, vector: vectors[at] ?? new Float32Array() }));
}

function openWith({ abstracts, vectors, files }: Corpus, { k1, b, constant, weight }: Settings): Recall {
  const index = RecallIndex.parse({
    version: 2,
    count: abstracts.length,
    topK: 10,
    payloads: "payloads.jsonl",
    ship: "payload-digests",
    spaces: [
      {
        name: "text",
        dims: 512,
        count: vectors,
        metric: "cosine",
        rows: { file: "rows.bin" },
        vectors: { file: "vectors.bin", type: "f32" },
        graph: null,
        queries: {},
      },
    ],
    encoders: {},
    keywords: { file: "keywords.bin", language: "en", k1, b },
    fuse: { constant, weights: { text: weight, keywords: "1" } },
    diversity: null,
  });
  return openRecall(index, files);
}

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

/** The best on the training claims: first the settings of BM25 alone, then the weight of the vectors and the constant. */
function choose(corpus: Corpus, train: Asked, judges: Asked): Settings & { readonly score: number } {
  const bare: Settings = { k1: "1.2", b: "0.75", constant: 60, weight: "1" };
  const words = best(
    K1.flatMap((k1) => B.map((b) => ({ ...bare, k1, b }))),
    (settings) => gradeOf(openWith(corpus, settings), train, ["keywords"]),
  );
  const ranked = rankedBy(openWith(corpus, words), judges);
  return best(
    CONSTANTS.flatMap((constant) => WEIGHTS.map((weight) => ({ ...words, constant, weight }))),
    (settings) => fusedGrade(ranked, settings),
  );
}

type Ranked = readonly { readonly claim: Claim; readonly hits: readonly Hit[] }[];

/** Everything either ranking has among its first hundred, for each claim: what joining with other weights chooses from. */
function rankedBy(recall: Recall, asked: Asked): Ranked {
  return asked.map(({ claim, vector }) => ({
    claim,
    hits: recall.search({ vectors: new Map([["text", vector]]), words: claim.input }, { k: DEPTH }).hits,
  }));
}

/** Both rankings together never have more than this. */
const DEPTH = 800;
/** How deep rankings are joined where ten hits are asked. */
const JOINED = 100;

/** nDCG@10 when the same rankings are joined with these settings. */
function fusedGrade(ranked: Ranked, { constant, weight }: Settings): number {
  const weights: Readonly<Record<string, number>> = { text: Number(weight), keywords: 1 };
  const grades = ranked.map(({ claim, hits }) => {
    const scored = hits.map(({ id, ranks }) => {
      const within = Object.entries(ranks).filter(([, { rank }]) => rank <= JOINED);
      return { id, score: within.reduce((sum, [name, { rank }]) => sum + (weights[name] ?? 0) / (constant + rank), 0) };
    });
    return ndcg(
      scored.sort((x, y) => y.score - x.score).map(({ id }) => id),
      claim.output,
    );
  });
  return grades.reduce((sum, grade) => sum + grade, 0) / ranked.length;
}

function best(
  tried: readonly Settings[],
  grade: (settings: Settings) => number,
): Settings & { readonly score: number } {
  const graded = tried.map((settings) => ({ ...settings, score: grade(settings) }));
  return graded.reduce((top, one) => (one.score > top.score ? one : top));
}
