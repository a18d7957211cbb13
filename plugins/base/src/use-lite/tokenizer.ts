// This file writes the SentencePiece vocabulary of Universal Sentence Encoder Lite as a tokenizer.json (Hugging Face, Unigram).
import { z } from "zod";

const Vocabulary = z.array(z.tuple([z.string(), z.number().nullable()])).length(8000);

/** Ids below this are control pieces the model was never given out of plain text. */
const RESERVED = 6;

/** tokenizer.json for the package's vocab.json: NFKC, spaces as ▁ with one in front, best path over piece scores, unknown = 0. */
export function useLiteTokenizer(vocabJson: unknown): Record<string, unknown> {
  // Seven pieces with a colon have no score in the file; the original's arithmetic made 0 of them, and so the model was used.
  const vocab = Vocabulary.parse(vocabJson).map(([piece, score], id) => [
    id < RESERVED ? unmatchable(piece) : piece,
    score ?? 0,
  ]);
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: { type: "NFKC" },
    pre_tokenizer: metaspace,
    post_processor: null,
    decoder: metaspace,
    model: { type: "Unigram", unk_id: 0, vocab, byte_fallback: false },
  };
}

/** No text reaches a piece with a plain space in it, as spaces have become ▁ by then. */
const unmatchable = (piece: string): string => `${piece} (reserved)`;
