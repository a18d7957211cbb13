// This file measures intents and slots together on SNIPS: one enum field and one list of spans with 39 labels.
import { percent, readPairs, type ReportRow, type Row, withCompiled } from "../bench.ts";

type Utterance = {
  readonly input: string;
  readonly output: {
    readonly intent: string;
    readonly slots: Readonly<Record<string, string | readonly string[]>>;
  };
};
type Span = { readonly start: number; readonly end: number; readonly label: string };

/** Intent accuracy, and micro F1 of exact slots; every row is answered. */
export async function measureSnips(): Promise<Row[]> {
  const test = await readPairs<Utterance>("data/snips/test.jsonl");
  const train = await readPairs<Utterance>("data/snips/train.jsonl", test);
  const intents = [...new Set(train.map(({ output }) => output.intent))].sort();
  const labels = [...new Set(train.flatMap(({ output }) => Object.keys(output.slots)))].sort();
  const task = {
    name: "snips",
    yaml: {
      description: "What a voice assistant is asked to do, and with what.",
      output: { intent: { type: "enum", values: intents }, slots: { type: "spans", labels } },
      // The lowest there is: here every row is to be answered.
      student: { precision: 0.5 },
      recipes: { enabled: false },
      gate: { ablation: false },
    },
    files: { "examples.jsonl": linesOf(train), "evals.jsonl": linesOf(test) },
  };
  return withCompiled(task, "verify", async ({ report: { rows }, seconds }) => {
    const right = rows.filter(({ output, expected }) => output?.["intent"] === expected?.["intent"]).length;
    const accuracy = right / rows.length;
    const f1 = slotF1(rows);
    const answered = rows.filter(({ abstained }) => !abstained).length;
    return [
      {
        what: `SNIPS intent accuracy (${answered} of ${rows.length} rows answered)`,
        aim: ">= 0.98",
        measured: percent(accuracy),
        holds: accuracy >= 0.98,
      },
      { what: "SNIPS slot F1, exact spans", aim: ">= 0.90", measured: percent(f1), holds: f1 >= 0.9 },
      {
        what: "SNIPS distil stage",
        aim: "–",
        measured: `${(seconds["distill"] ?? 0).toFixed(0)} s`,
        holds: null,
      },
    ];
  });
}

function linesOf(rows: readonly Utterance[]): string {
  return rows
    .map(({ input, output: { intent, slots } }) => {
      const spans = spansOf(input, slots).map(({ start, end, label }) => ({ label, text: input.slice(start, end) }));
      return `${JSON.stringify({ input, output: { intent, slots: spans } })}\n`;
    })
    .join("");
}

/** The data set names slots by their text; longer ones are looked for first, and none lies over another. */
function spansOf(input: string, slots: Utterance["output"]["slots"]): Span[] {
  const wanted = Object.entries(slots)
    .flatMap(([label, texts]) => [texts].flat().map((text) => ({ label, text })))
    .sort((a, b) => b.text.length - a.text.length);
  const spans: Span[] = [];
  for (const { label, text } of wanted) {
    const start = placesOf(input, text).find((at) =>
      spans.every((span) => span.end <= at || span.start >= at + text.length),
    );
    if (start !== undefined) spans.push({ start, end: start + text.length, label });
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** Where a text stands as whole words, else anywhere. */
function placesOf(input: string, text: string): number[] {
  const places: number[] = [];
  for (let at = input.indexOf(text); at >= 0; at = input.indexOf(text, at + 1)) places.push(at);
  const isLetter = (place: number): boolean => /[\p{L}\p{N}]/u.test(input[place] ?? "");
  const whole = places.filter((at) => !isLetter(at - 1) && !isLetter(at + text.length));
  return whole.length > 0 ? whole : places;
}

function slotF1(rows: readonly ReportRow[]): number {
  let [hits, given, wanted] = [0, 0, 0];
  for (const { output, expected } of rows) {
    const [mine, right] = [slotsIn(output), slotsIn(expected)];
    hits += mine.filter((slot) => right.includes(slot)).length;
    given += mine.length;
    wanted += right.length;
  }
  return (2 * hits) / Math.max(1, given + wanted);
}

function slotsIn(output: ReportRow["output"]): string[] {
  const slots = (output?.["slots"] ?? []) as readonly Span[];
  return slots.map(({ start, end, label }) => `${start}-${end} ${label}`);
}
