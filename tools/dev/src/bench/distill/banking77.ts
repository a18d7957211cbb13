// This file measures intent accuracy on Banking77 (77 labels): ten examples a label, and all of them.
import { accuracies, type Bench, enumOutput, labelRows, percent, readPairs, type Row, withCompiled } from "./bench.ts";

const SPLITS = {
  "10-shot": { file: "train_10shot.jsonl", aim: 0.82 },
  full: { file: "train.jsonl", aim: 0.925 },
} as const;

/** npm run bench -- banking77 [10-shot] [full]; both when none is named. */
export const banking77: Bench = {
  name: "banking77",
  summary: "intent accuracy on the test split: 10-shot, full (full takes some minutes)",
  measure: async (words) => {
    const names = (Object.keys(SPLITS) as (keyof typeof SPLITS)[]).filter(
      (name) => words.length === 0 || words.includes(name),
    );
    const rows: Row[] = [];
    for (const name of names) rows.push(...(await measureSplit(name)));
    return rows;
  },
};

async function measureSplit(name: keyof typeof SPLITS): Promise<Row[]> {
  const { file, aim } = SPLITS[name];
  const test = await readPairs("data/banking77/test.jsonl");
  const train = await readPairs(`data/banking77/${file}`, test);
  const task = {
    name: "banking77",
    yaml: {
      description: "The intent of a bank customer's message.",
      output: enumOutput("intent", train),
      recipes: { enabled: false },
      gate: { ablation: false },
    },
    files: { "examples.jsonl": labelRows(train, "intent"), "evals.jsonl": labelRows(test, "intent") },
  };
  return withCompiled(task, "verify", async ({ report: { rows }, seconds }) => {
    const { accuracy, answered, coverage } = accuracies(rows);
    return [
      {
        what: `Banking77 ${name}, test accuracy, every row answered`,
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
