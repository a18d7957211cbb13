// This file is the teacher that was recorded: answers looked up by input in JSONL files of the task.
import { canonicalJson, type Contract, KolmError } from "@kolm/format";
import type { BlobPointer, Inputs } from "@kolm/stage";
import type { RecordedOptions } from "../options.ts";
import type { Teacher, TeacherAnswer, TeacherRequest } from "../teacher.ts";
import { judge } from "./verdict.ts";

type Source = BlobPointer & { readonly path: string };
/** One recorded input: the answer in each column (undefined where the row has none), and where it stands. */
type Recorded = { readonly answers: readonly unknown[]; readonly file: string; readonly line: number };

/** Reads spec/teacher.files.json, a list of {path, sha256, size}; several columns are several samples. */
export async function recordedTeacher(
  options: RecordedOptions,
  { inputs, contract }: { inputs: Inputs; contract: Contract },
): Promise<Teacher> {
  const files = [options.file].flat();
  const columns = [options.column].flat();
  const rows = await readFiles(files, columns, inputs);
  const answer = async ({ input, sample }: TeacherRequest): Promise<TeacherAnswer> => {
    const recorded = rows.get(input)?.answers[sample];
    if (recorded !== undefined) return { ...judge(asOutput(recorded, contract), input, contract), calls: [] };
    const note = `${files.join(", ")} has no ${columns[sample]} for the input ${quote(input)}`;
    if (options.missing === "human") return { status: "missing", note, calls: [] };
    throw new KolmError("TEACHER_MISSING", note, {
      hint: "Record it, or set teacher.missing: human to keep people's labels, or teacher.baseline: none for evals.",
      place: { file: files[0] ?? "" },
    });
  };
  return {
    name: { provider: "recorded", model: columns.join(", ") },
    concurrency: 1,
    forecast: async (requests) => ({ known: requests.length, toAsk: 0 }),
    answer,
    compose: async () => {
      throw new Error("invariant broken: a recorded teacher takes no assignments");
    },
    tries: async () => [],
  };
}

async function readFiles(
  files: readonly string[],
  columns: readonly string[],
  inputs: Inputs,
): Promise<Map<string, Recorded>> {
  const sources = (await inputs.has("spec/teacher.files.json"))
    ? await inputs.json<readonly Source[]>("spec/teacher.files.json")
    : [];
  const rows = new Map<string, Recorded>();
  for (const file of files) {
    const source = sources.find(({ path }) => path === file);
    if (source === undefined) {
      throw new KolmError("FILE_MISSING", `teacher.file names ${file}, which is not in the task's folder`, {
        hint: "Put the file there or correct teacher.file.",
      });
    }
    readRows(new TextDecoder().decode(await inputs.blob(source)), { file, columns, rows });
  }
  return rows;
}

function readRows(
  text: string,
  { file, columns, rows }: { file: string; columns: readonly string[]; rows: Map<string, Recorded> },
): void {
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const row = parseRow(line, file, index + 1);
    const recorded = { answers: columns.map((column) => valueAt(row, column)), file, line: index + 1 };
    const earlier = rows.get(row.input);
    if (earlier !== undefined && keyOf(earlier) !== keyOf(recorded)) {
      throw new KolmError(
        "TEACHER_CONFLICT",
        `the input ${quote(row.input)} has another answer in ${earlier.file}:${earlier.line}`,
        {
          hint: "Keep one of the two rows.",
          place: { file, line: index + 1 },
        },
      );
    }
    rows.set(row.input, recorded);
  }
}

function parseRow(line: string, file: string, number: number): Record<string, unknown> & { readonly input: string } {
  const invalid = (found: string, cause?: unknown): KolmError =>
    new KolmError("ROW_INVALID", `expected one JSON object with an input, found ${found}`, {
      place: { file, line: number },
      cause,
    });
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw invalid("no JSON", cause);
  }
  if (!isRecord(row)) throw invalid(typeof row);
  const { input } = row as { input?: unknown };
  if (typeof input !== "string") throw invalid("no text under input");
  return { ...row, input };
}

/** The value a dotted path leads to; keys may hold dots themselves ("teacher.gpt-4.1-mini"). */
function valueAt(value: unknown, path: string): unknown {
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const head = path.slice(0, dot);
    const found = Object.hasOwn(value, head) ? valueAt(value[head], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

// A bare label stands for the whole answer where the task has a single field.
function asOutput(recorded: unknown, contract: Contract): unknown {
  const [field, ...others] = Object.keys(contract.output);
  if (field === undefined || others.length > 0 || recorded === null) return recorded;
  return typeof recorded === "object" && !Array.isArray(recorded) ? recorded : { [field]: recorded };
}

function keyOf({ answers }: Recorded): string {
  return canonicalJson(answers.map((answer) => answer ?? null));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
