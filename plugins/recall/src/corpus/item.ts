// This file defines what an index holds an entry for: a passage, a picture or a sound of the corpus.
import type { RecallPayload } from "@kolm/runtime";

/** A file of the corpus, its bytes in the store. */
export type Source = { readonly path: string; readonly sha256: string; readonly size: number };

/** embedded: what is embedded and searched by words; empty for a picture or sound without a caption. */
export type Item = { readonly payload: RecallPayload; readonly embedded: string; readonly words: string };

/** A file that could not be read, and why. */
export type Skipped = { readonly path: string; readonly code: string; readonly message: string };
