// This file writes use-lite.json: numbers of the original graph, computed from its own list of nodes.
// Run: node --conditions=kolm-source --import tsx test/vectors/base/generate.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { openReference } from "../../base/reference/evaluate.ts";
import { packageFolder } from "../../base/reference/model.ts";

const TEXTS = ["How old are you?", "What is your age?", "Where is my order #10482? It should have arrived on Monday.", "refund", "Déjà vu — ﬁne print 😀", "x".repeat(40)];
const round = (value: number): number => Number(value.toFixed(9));

const reserved = 6;
const pieces = JSON.parse(readFileSync(join(packageFolder, "dist/vocab.json"), "utf8")) as [string, number][];
// Straight from the package's vocabulary, its control pieces made unreachable.
const vocab = pieces.map(([piece, score], id) => [id < reserved ? `\n${id}` : piece, score]);
const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always" };
const file = { added_tokens: [], normalizer: { type: "NFKC" }, pre_tokenizer: metaspace, post_processor: null, decoder: null, model: { type: "Unigram", unk_id: 0, vocab } };
const tokenizer = new Tokenizer(file, {});
const reference = openReference();

const cases = TEXTS.map((text) => {
  const { ids } = tokenizer.encode(text);
  const { tokens, pooled } = reference([ids]);
  return { text, ids, pooled: Array.from(pooled.data.slice(0, 8), round), lastToken: Array.from(tokens.data.slice(-512, -504), round) };
});
writeFileSync(new URL("use-lite.json", import.meta.url), `${JSON.stringify(cases, null, 1)}\n`);
