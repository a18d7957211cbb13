// This file measures a student of recorded GPT-5 labels on SMS spam against human labels, beside the teacher itself.
import {
  enumOutput,
  labelRows,
  type Pair,
  percent,
  readPairs,
  type ReportRow,
  type Row,
  withCompiled,
} from "../bench.ts";

const TEACHER = "gpt-5";

/** Accuracy and spam F1 on the test split. */
export async function measureSmsSpam(): Promise<Row[]> {
  const test = await readPairs("data/sms_spam/test.jsonl");
  // What the teacher never answered teaches nothing.
  const answered = ({ teacher }: Pair): boolean => teacher?.[TEACHER] !== undefined;
  const train = (await readPairs("data/sms_spam/train.jsonl", test)).filter(answered);
  const task = {
    name: "sms-spam",
    yaml: {
      description: "Whether a text message is spam or ham (anything else).",
      output: enumOutput("label", train),
      teacher: { provider: "recorded", file: "recorded.jsonl", column: `teacher.${TEACHER}`, baseline: "none" },
      gate: { ablation: false },
    },
    files: {
      "examples.jsonl": labelRows(train, "label"),
      "evals.jsonl": labelRows(test, "label"),
      "recorded.jsonl": [...train, ...test]
        .map(({ input, teacher }) => `${JSON.stringify({ input, teacher })}\n`)
        .join(""),
    },
  };
  const teacher = scores(test.map(({ output, teacher }) => ({ expected: output, given: teacher?.[TEACHER] ?? "" })));
  return withCompiled(task, "verify", async ({ report: { rows }, seconds }) => {
    const student = scores(rows.map(decided));
    const answered = rows.filter(({ abstained }) => !abstained);
    return [
      {
        what: `teacher ${TEACHER}: accuracy / spam F1`,
        aim: "–",
        measured: `${percent(teacher.accuracy)} / ${percent(teacher.f1)}`,
        holds: null,
      },
      {
        what: "student, every row answered: accuracy",
        aim: `~ ${percent(teacher.accuracy)}`,
        measured: percent(student.accuracy),
        holds: null,
      },
      {
        what: "student, every row answered: spam F1 [95 % bootstrap]",
        aim: `teacher's ${percent(teacher.f1)} within its interval`,
        measured: `${percent(student.f1)} [${student.interval.map(percent).join(", ")}]`,
        holds: student.interval[1] >= teacher.f1,
      },
      {
        what: "student, where it does not abstain: coverage",
        aim: "–",
        measured: percent(answered.length / rows.length),
        holds: null,
      },
      { what: "distil stage", aim: "–", measured: `${(seconds["distill"] ?? 0).toFixed(0)} s`, holds: null },
    ];
  });
}

type Decision = { readonly expected: string; readonly given: string };

/** The label a row got, also where it was withheld: with two labels a wrong one is the other. */
function decided({ expected, abstained, score, wouldBe }: ReportRow): Decision {
  const label = String(expected?.["label"]);
  const right = (abstained ? (wouldBe ?? 0) : score) === 1;
  return { expected: label, given: right ? label : label === "spam" ? "ham" : "spam" };
}

function scores(decisions: readonly Decision[]): { accuracy: number; f1: number; interval: readonly [number, number] } {
  const accuracy = decisions.filter(({ expected, given }) => expected === given).length / decisions.length;
  return { accuracy, f1: spamF1(decisions), interval: bootstrap(decisions) };
}

function spamF1(decisions: readonly Decision[]): number {
  const count = (expected: boolean, given: boolean): number =>
    decisions.filter((one) => (one.expected === "spam") === expected && (one.given === "spam") === given).length;
  const [hits, misses, alarms] = [count(true, true), count(true, false), count(false, true)];
  return (2 * hits) / (2 * hits + misses + alarms);
}

/** 95 % percentile interval of F1 over 1,000 seeded resamples. */
function bootstrap(decisions: readonly Decision[]): readonly [number, number] {
  let state = 1;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const resample = (): readonly Decision[] => decisions.map((one) => decisions[below(decisions.length)] ?? one);
  const values = Array.from({ length: 1000 }, () => spamF1(resample())).sort((a, b) => a - b);
  return [values[24] ?? 0, values[974] ?? 0];
}
