// This file lists every text the compile may have learnt from, each with where it stands.
import { normalise, type SpecRow } from "@kolm/stage";

/** A text and its place, "examples 3f…" or "corpus/returns.md paragraph 4"; key is the text after normalisation. */
export type Source = { readonly place: string; readonly text: string; readonly key: string };

export type CorpusText = { readonly path: string; readonly text: string };

export type Learnt = {
  readonly examples: readonly SpecRow[];
  readonly golden: readonly SpecRow[];
  /** Rows the teacher answered; those that are no example are synthetic. */
  readonly taught: readonly { readonly id: string; readonly input: string }[];
  readonly corpus: readonly CorpusText[];
};

/** Examples, golden cases, synthetic inputs and the corpus by whole document, paragraph and line. */
export function learntSources({ examples, golden, taught, corpus }: Learnt): Source[] {
  const known = new Set(examples.map(({ id }) => id));
  const synthetic = taught.filter(({ id }) => !known.has(id));
  return [
    ...examples.map(({ id, input }) => source(`examples ${id}`, input)),
    ...golden.map(({ id, input }) => source(`golden ${id}`, input)),
    ...synthetic.map(({ id, input }) => source(`synthetic inputs ${id}`, input)),
    ...corpus.flatMap(piecesOf),
  ].filter(({ key }) => key !== "");
}

function piecesOf({ path, text }: CorpusText): Source[] {
  const paragraphs = text.split(/\n\s*\n/);
  return [
    source(path, text),
    ...paragraphs.map((paragraph, index) => source(`${path} paragraph ${index + 1}`, paragraph)),
    ...text.split("\n").map((line, index) => source(`${path} line ${index + 1}`, line)),
  ];
}

const source = (place: string, text: string): Source => ({ place, text, key: normalise(text) });
