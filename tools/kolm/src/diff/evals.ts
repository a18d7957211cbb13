// This file gathers the inputs on which two artifacts are compared: the evals sealed in both, and those of a file.
import { readFile } from "node:fs/promises";
import { type Artifact, fromUtf8, KolmError } from "@kolm/format";

const EVALS = "layers/verifier/evals.jsonl";

/** An input with the answer people expect; undefined where none is stated, null where abstaining is right. */
export type Eval = { readonly input: string; readonly output?: unknown };

/** The evals an artifact carries; undefined when it carries none. */
export async function evalsIn(artifact: Artifact): Promise<readonly Eval[] | undefined> {
  return artifact.has(EVALS) ? parseEvals(fromUtf8(await artifact.layer(EVALS)) ?? "", EVALS) : undefined;
}

/** KolmError FILE_UNREADABLE, or EVALS_MALFORMED with the line. */
export async function readEvals(path: string): Promise<readonly Eval[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new KolmError("FILE_UNREADABLE", `${path} cannot be read`, { place: { file: path }, cause });
  });
  return parseEvals(text, path);
}

/** Each input once, as it first came. */
export function union(...lists: readonly (readonly Eval[] | undefined)[]): readonly Eval[] {
  const byInput = new Map<string, Eval>();
  for (const one of lists.flatMap((list) => list ?? [])) if (!byInput.has(one.input)) byInput.set(one.input, one);
  return [...byInput.values()];
}

function parseEvals(text: string, path: string): readonly Eval[] {
  return text.split("\n").flatMap((line, at) => {
    if (line.trim() === "") return [];
    const row = parseRow(line);
    if (row !== undefined) return [row];
    throw new KolmError("EVALS_MALFORMED", `line ${at + 1} of ${path} is no JSON object with a text "input"`, {
      place: { file: path, line: at + 1 },
    });
  });
}

function parseRow(line: string): Eval | undefined {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row !== "object" || row === null || !("input" in row) || typeof row.input !== "string") return undefined;
    return "output" in row ? { input: row.input, output: row.output } : { input: row.input };
  } catch {
    return undefined;
  }
}
