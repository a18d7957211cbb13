// This file measures on SMS spam how seven recorded models vote, and how well their quarrels point at doubtful labels.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEnvironment, runStep } from "@kolm/nx";
import { folderInputs, layoutOf, normalise, stableJson, WORKSPACE_FILE } from "@kolm/stage";
import { enumOutput, labelRows, type Pair, percent, readPairs, type Row } from "../bench.ts";

const MODELS = [
  "gpt-3.5-turbo-0125",
  "gpt-4o-mini",
  "gpt-4.1-mini",
  "gpt-4.1",
  "gpt-5-nano",
  "gpt-5-mini",
  "gpt-5",
] as const;
const LISTED = [25, 50];
const ROOT = join(import.meta.dirname, "../../../../..");

/** The teach stage itself, on the test messages as unlabelled inputs; people's labels are only used to judge it. */
export async function measureVoting(): Promise<readonly Row[]> {
  const test = await readPairs("data/sms_spam/test.jsonl");
  const train = await readPairs("data/sms_spam/train.jsonl", test);
  const majority = await taught(train, test, "majority");
  const weighted = await taught(train, test, "weighted");
  return [...accuracyRows(test, { majority, weighted }), ...reviewRows(test, majority)];
}

type Label = { readonly label: string };
type Taught = {
  /** The winning label by normalised input. */
  readonly answers: ReadonlyMap<string, string>;
  /** Inputs of the review list, most informative first. */
  readonly review: readonly { readonly input: string; readonly answer: string }[];
};

/** Answers and review list for the test messages; train stands among the examples, for the weights to be learnt on. */
async function taught(train: readonly Pair[], test: readonly Pair[], vote: "majority" | "weighted"): Promise<Taught> {
  const root = await mkdtemp(join(tmpdir(), "kolm-bench-"));
  const task = {
    name: "sms-spam",
    description: "Whether a text message is spam or ham (anything else).",
    output: enumOutput("label", train),
    unlabelled: "test.jsonl",
    teacher: {
      provider: "recorded",
      file: "recorded.jsonl",
      column: MODELS.map((model) => `teacher.${model}`),
      missing: "human",
      baseline: "none",
      vote,
    },
  };
  // A task needs one eval; this one is no message of the set.
  const held = [{ input: "kolm bench: no message at all", output: "ham" }];
  const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const files = {
    "task.yaml": stableJson(task),
    "examples.jsonl": labelRows(train, "label"),
    "evals.jsonl": labelRows(held, "label"),
    "test.jsonl": lines(test.map(({ input }) => ({ input }))),
    "recorded.jsonl": lines([...train, ...test].map(({ input, teacher }) => ({ input, teacher }))),
  };
  try {
    await writeFile(join(root, WORKSPACE_FILE), await readFile(join(ROOT, WORKSPACE_FILE)));
    await mkdir(join(root, "tasks", task.name), { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(root, "tasks", task.name, file), text);
    return await teachIn(root, task.name);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function teachIn(root: string, owner: string): Promise<Taught> {
  const environment = await openEnvironment(root, new AbortController().signal);
  try {
    for (const stage of ["spec", "teach"]) await runStep({ owner, stage, report: () => {} }, environment);
    const inputs = folderInputs((stage) => layoutOf(root).stage(owner, stage), environment.store);
    const read = async <T>(path: string): Promise<T[]> => {
      const text = new TextDecoder().decode(await inputs.bytes(path));
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as T);
    };
    const answers = await read<{ input: string; output: Label | null }>("teach/answers.jsonl");
    const review = await read<{ input: string; from: string; answer?: Label | null }>("teach/review.jsonl");
    return {
      answers: new Map(answers.map(({ input, output }) => [normalise(input), output?.label ?? "none"])),
      review: review
        .filter(({ from }) => from === "unlabelled")
        .map(({ input, answer }) => ({ input, answer: answer?.label ?? "none" })),
    };
  } finally {
    await environment.store.close();
  }
}

function accuracyRows(test: readonly Pair[], { majority, weighted }: Record<"majority" | "weighted", Taught>): Row[] {
  const single = MODELS.map((model) => ({
    model,
    right: test.map(({ output, teacher }) => rightOf(teacher?.[model], output)),
  }));
  const accuracies = single.map(({ model, right }) => ({ model, accuracy: mean(right.filter((one) => one !== null)) }));
  const best = accuracies.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const meanSingle = mean(accuracies.map(({ accuracy }) => accuracy));
  const right = (one: Taught): number[] =>
    test.map(({ input, output }) => (one.answers.get(normalise(input)) === output ? 1 : 0));
  const rows = (what: string, one: Taught): Row => {
    const votes = right(one);
    const gains = test.map(
      (_, at) => (votes[at] ?? 0) - mean(single.map(({ right }) => right[at] ?? null).filter((r) => r !== null)),
    );
    const [lower, upper] = bootstrap(gains);
    return {
      what: `${what} of seven: accuracy (gain over the mean single model, 95 % bootstrap)`,
      aim: `> ${percent(meanSingle)}`,
      measured: `${percent(mean(votes))} (+${percent(mean(votes) - meanSingle)} [${percent(lower)}, ${percent(upper)}])`,
      holds: lower > 0,
    };
  };
  return [
    {
      what: `single models on ${test.length} test messages: mean accuracy; best`,
      aim: "–",
      measured: `${percent(meanSingle)}; ${best.model} ${percent(best.accuracy)}`,
      holds: null,
    },
    rows("majority", majority),
    rows("weighted vote", weighted),
  ];
}

/** 1 or 0; null where the model was never asked or its answer is no label. */
function rightOf(given: string | undefined, expected: string): number | null {
  return given === "ham" || given === "spam" ? Number(given === expected) : null;
}

function reviewRows(test: readonly Pair[], { answers, review }: Taught): Row[] {
  const labels = new Map(test.map(({ input, output }) => [normalise(input), output]));
  const wrong = review.map(({ input, answer }) => Number(labels.get(normalise(input)) !== answer));
  const all = test.filter(({ input, output }) => answers.get(normalise(input)) !== output).length;
  const precision = LISTED.map((count) => `${percent(mean(wrong.slice(0, count)))} of the first ${count}`);
  const found = wrong.reduce((sum, one) => sum + one, 0);
  const base = all / test.length;
  return [
    {
      what: "review list, made without people's labels: share on which people disagree with the vote",
      aim: `> ${percent(base)} of all messages`,
      measured: `${precision.join(", ")}, ${percent(mean(wrong))} of all ${wrong.length}`,
      holds: mean(wrong) > base,
    },
    {
      what: "review list: share of all disagreements with people that stand in it",
      aim: "–",
      measured: `${percent(found / Math.max(1, all))} (${found} of ${all})`,
      holds: null,
    },
  ];
}

/** 95 % percentile interval of the mean over 2,000 seeded resamples. */
function bootstrap(values: readonly number[]): readonly [number, number] {
  let state = 1;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const means = Array.from({ length: 2000 }, () => mean(values.map(() => values[below(values.length)] ?? 0)));
  means.sort((a, b) => a - b);
  return [means[49] ?? 0, means[1949] ?? 0];
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
