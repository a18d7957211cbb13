// This file defines what an encoder is trained on: passages of a corpus, and queries whose passages are known.
import type { EncoderNames, Graph } from "@kolm/onnx";
import type { EncoderOptions, Tokenizer } from "@kolm/runtime";
import type { Report, Rng } from "@kolm/stage";

/** A passage as it is embedded, and the file or document it is of. */
export type Passage = { readonly source: string; readonly text: string };

/** A query and the sources that answer it, one at least. */
export type Query = { readonly input: string; readonly sources: readonly string[] };

/** A title as a query that nobody had to write: a passage under it, without the title, answers it. */
export type Titled = { readonly title: string; readonly text: string; readonly source: string };

export type Material = {
  readonly passages: readonly Passage[];
  readonly queries: readonly Query[];
  /** Several of one source are alternatives. */
  readonly titles: readonly Titled[];
};

/** The encoder to train: a serialised model and its graph, both of the base. */
export type TrainedBase = {
  readonly graph: Graph;
  readonly model: Uint8Array;
  readonly names: EncoderNames;
  readonly tokenizer: Tokenizer;
};

export type Ports = {
  readonly createSession: EncoderOptions["createSession"];
  readonly threads: number;
  readonly rng: Rng;
  readonly report: Report;
  readonly signal: AbortSignal;
};
