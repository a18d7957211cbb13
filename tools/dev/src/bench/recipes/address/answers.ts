// This file reads addresses as answers of a task with one span field a component.
import { readFile } from "node:fs/promises";
import type { LabelledSpan, Span } from "@kolm/format";
import type { Answer } from "@kolm/recipes/synthesis";
import { sharedFile } from "../../bench.ts";

/** An address with the text of each component, "field of the component" by its name, and where the pieces stand. */
export type Address = {
  readonly input: string;
  readonly output: Readonly<Record<string, string>>;
  readonly pieces: readonly LabelledSpan[];
};

type Row = Omit<Address, "pieces"> & { readonly tokens: readonly string[]; readonly tags: readonly string[] };

export async function readAddresses(split: "train" | "test"): Promise<readonly Address[]> {
  const text = await readFile(sharedFile(`data/usaddress/${split}.jsonl`), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const row = JSON.parse(line) as Row; // shared data
    return { input: row.input, output: row.output, pieces: piecesOf(row) };
  });
}

/** Runs of tokens of one tag, as pieces of the input without the marks at their ends that the set leaves out too. */
function piecesOf({ input, tokens, tags }: Row): readonly LabelledSpan[] {
  const pieces: LabelledSpan[] = [];
  let at = 0;
  let open: { label: string; start: number } | undefined;
  tokens.forEach((token, index) => {
    const label = tags[index] ?? "";
    const start = input.indexOf(token, at);
    at = start + token.length;
    open ??= { label, start };
    if (tags[index + 1] === label) return;
    const text = input.slice(open.start, at).replaceAll(/^[\s,;]+|[\s,;]+$/g, "");
    const from = input.indexOf(text, open.start);
    if (text !== "") pieces.push({ start: from, end: from + text.length, text, label });
    open = undefined;
  });
  return pieces;
}

/** The name of a component's field. */
export function fieldOf(component: string): string {
  return component.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}

/** Rows as answers, null for a component that is not there; a component in several pieces has no one value and is left open. */
export function answersOf(rows: readonly Address[], components: readonly string[]): readonly Answer[] {
  return rows.map(({ input, pieces }, index) => ({
    id: String(index).padStart(6, "0"),
    input,
    output: new Map(
      components.flatMap((component): [string, Span | null][] => {
        const own = pieces.filter(({ label }) => label === component);
        if (own.length > 1) return [];
        const [only] = own;
        return [
          [fieldOf(component), only === undefined ? null : { start: only.start, end: only.end, text: only.text }],
        ];
      }),
    ),
  }));
}
