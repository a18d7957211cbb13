// This file runs two artifacts on the same inputs and lists where their answers differ.
import { canonicalJson, KolmError } from "@kolm/format";
import { type BaseSource, openFile, type OpenFile } from "@kolm/runtime/node";
import type { Eval } from "./evals.ts";

/** An output, null for an abstention, or the code of the error the artifact answered with. */
type Said = { readonly output: unknown } | { readonly error: string };
export type ChangedAnswer = Eval & { readonly from: Said; readonly to: Said };
/** `unknown` says why the answers could not be compared. */
export type Answers =
  | { readonly compared: number; readonly changed: readonly ChangedAnswer[] }
  | { readonly unknown: string };

/** Answers of both on every input, one after the other. */
export async function compareAnswers(
  files: readonly [string, string],
  evals: readonly Eval[],
  base: BaseSource | undefined,
): Promise<Answers> {
  if (evals.length === 0) return { unknown: "neither file carries evals; give some with --evals" };
  const opened: OpenFile[] = [];
  try {
    for (const file of files) opened.push(await openFile(file, { base }));
    const [one, other] = opened;
    if (one === undefined || other === undefined) return { unknown: "nothing to compare" };
    const changed: ChangedAnswer[] = [];
    for (const row of evals) {
      const [from, to] = [await ask(one, row.input), await ask(other, row.input)];
      if (canonicalJson(from) !== canonicalJson(to)) changed.push({ ...row, from, to });
    }
    return { compared: evals.length, changed };
  } catch (error) {
    // A base that is not at hand, a file of another kolm: what else differs is still worth saying.
    if (error instanceof KolmError) return { unknown: `${error.code}: ${error.message}` };
    throw error;
  } finally {
    for (const one of opened) await one.close();
  }
}

async function ask(runtime: OpenFile, input: string): Promise<Said> {
  try {
    return { output: (await runtime.answer(input)).output };
  } catch (error) {
    // An input longer than one of the two contracts allows is a difference, not a failure.
    if (error instanceof KolmError && error.code === "INPUT_INVALID") return { error: error.code };
    throw error;
  }
}
