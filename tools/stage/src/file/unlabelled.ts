// This file reads inputs without answers, from JSONL or plain lines, and leaves out what must not be learnt from.
import { type Contract, KolmError } from "@kolm/format";
import { heldOutFrom } from "./held-out.ts";
import { samenessOf } from "./rows.ts";

/** Inputs in the file's order, and how many lines were left out and why. */
export type Unlabelled = {
  readonly inputs: readonly string[];
  readonly dropped: { readonly duplicates: number; readonly leaks: number; readonly tooLong: number };
};
/** Inputs that are known: those among examples are duplicates, those among evals leaks. */
export type Known = { readonly examples: readonly string[]; readonly evals: readonly string[] };

/**
 * A .jsonl file has an object with "input" a line, whose other keys are left out; any other file has one input a line.
 * KolmError ROW_INVALID or ROWS_EMPTY names file and line.
 */
export function parseUnlabelled(
  text: string,
  file: string,
  { contract, known }: { contract: Contract; known: Known },
): Unlabelled {
  const read = /\.(jsonl|ndjson)$/i.test(file) ? jsonInput : plainInput;
  const lines = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [read(line, file, index + 1)]));
  if (lines.length === 0) throw empty(file);
  const isHeldOut = heldOutFrom(known.evals);
  const keyOf = samenessOf(contract);
  const seen = new Set(known.examples.map(keyOf));
  const dropped = { duplicates: 0, leaks: 0, tooLong: 0 };
  const inputs = lines.filter((input) => {
    const key = keyOf(input);
    const why = seen.has(key)
      ? "duplicates"
      : input.length > contract.input.maxLength
        ? "tooLong"
        : isHeldOut(input)
          ? "leaks"
          : undefined;
    seen.add(key);
    if (why !== undefined) dropped[why]++;
    return why === undefined;
  });
  return { inputs, dropped };
}

function plainInput(line: string): string {
  return line.trim();
}

function jsonInput(line: string, file: string, number: number): string {
  const input = inputOf(line);
  if (typeof input === "string" && input.trim() !== "") return input;
  throw new KolmError("ROW_INVALID", 'expected a JSON object with a text under "input"', {
    place: { file, line: number },
    hint: 'Write {"input": "…"} a line, or name the file .txt and write one input a line.',
  });
}

function inputOf(line: string): unknown {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === "object" && row !== null && "input" in row ? row.input : undefined;
  } catch {
    return undefined;
  }
}

function empty(file: string): KolmError {
  return new KolmError("ROWS_EMPTY", `${file} has no inputs`, {
    place: { file, line: 1 },
    hint: 'Write one {"input": "…"} a line, or delete the line unlabelled: from task.yaml.',
  });
}
