// This file measures intent accuracy on Banking77 (77 labels): ten examples a label, those and unlabelled text, and all of them.
import { accuracies, enumOutput, labelRows, percent, readPairs, type Row, withCompiled } from "../bench.ts";

const SPLITS = {
  "10-shot": { file: "train_10shot.jsonl", aim: 0.82, unlabelled: false },
  "10-shot-unlabelled": { file: "train_10shot.jsonl", aim: 0.82, unlabelled: true },
  full: { file: "train.jsonl", aim: 0.925, unlabelled: false },
} as const;

type Split = keyof typeof SPLITS;

/** The splits that are named; all of them when none is. */
export async function measureBanking77(words: readonly string[]): Promise<Row[]> {
  const all = Object.keys(SPLITS).filter((name): name is Split => name in SPLITS);
  const named = all.filter((name) => words.includes(name));
  const rows: Row[] = [];
  for (const name of named.length > 0 ? named : all) rows.push(...(await measureSplit(name)));
  return rows;
}

async function measureSplit(name: Split): Promise<Row[]> {
  const { file, aim, unlabelled } = SPLITS[name];
  const test = await readPairs("data/banking77/test.jsonl");
  const train = await readPairs(`data/banking77/${file}`, test);
  // The rest of the training split, without its labels.
  const rest = unlabelled ? await readPairs("data/banking77/train.jsonl", [...test, ...train]) : [];
  const task = {
    name: "banking77",
    yaml: {
      description: "The intent of a bank customer's message.",
      output: enumOutput("intent", train),
      recipes: { enabled: false },
      gate: { ablation: false },
      ...(unlabelled ? { unlabelled: "unlabelled.jsonl" } : {}),
    },
    files: {
      "examples.jsonl": labelRows(train, "intent"),
      "evals.jsonl": labelRows(test, "intent"),
      ...(unlabelled ? { "unlabelled.jsonl": rest.map(({ input }) => `${JSON.stringify({ input })}\n`).join("") } : {}),
    },
  };
  return withCompiled(task, "verify", async ({ report: { rows }, seconds }) => {
    const { accuracy, answered, coverage } = accuracies(rows);
    const texts = unlabelled ? `, ${rest.length} unlabelled training texts used` : "";
    return [
      {
        what: `Banking77 ${name}, test accuracy, every row answered${texts}`,
        aim: `>= ${aim}`,
        measured: percent(accuracy),
        holds: accuracy >= aim,
      },
      {
        what: `Banking77 ${name}, accuracy where it does not abstain`,
        aim: "–",
        measured: `${percent(answered)} at coverage ${percent(coverage)}`,
        holds: null,
      },
      {
        what: `Banking77 ${name}, distil stage`,
        aim: "–",
        measured: `${(seconds["distill"] ?? 0).toFixed(0)} s`,
        holds: null,
      },
    ];
  });
}
