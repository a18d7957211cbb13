// This file checks that token ids are the library's and that every token's place in the text is exact.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { Tokenizer as Library } from "@huggingface/tokenizers";
import { KolmError } from "@kolm/format";
import { createTokenizer, type Encoding, type Tokenizer } from "@kolm/runtime";
import { openBase } from "./small-artifact.ts";

let file: object;
let tokenizer: Tokenizer;
let library: Library;

before(async () => {
  file = JSON.parse(new TextDecoder().decode((await openBase()).tokenizer)) as object;
  tokenizer = createTokenizer(file, { maxTokens: 1_000_000 });
  library = new Library(file, {});
});

const pieces = (text: string, { offsets }: Encoding): string[] => offsets.map(([start, end]) => text.slice(start, end));

/** Ranges lie in the text, never go back, and leave out nothing but blanks. */
function checkRanges(text: string, { offsets }: Encoding): void {
  const covered = new Uint8Array(text.length);
  let [lastStart, lastEnd] = [0, 0];
  for (const [start, end] of offsets) {
    assert.ok(start >= lastStart && end >= lastEnd && start <= end && end <= text.length);
    covered.fill(1, start, end);
    [lastStart, lastEnd] = [start, end];
  }
  for (const [index, unit] of text.split("").entries())
    assert.ok(covered[index] === 1 || unit.trim() === "", `unit ${index} of ${JSON.stringify(text)}`);
}

function checkText(text: string): void {
  const encoding = tokenizer.encode(text);
  assert.deepEqual(encoding.ids, library.encode(text).ids);
  checkRanges(text, encoding);
}

test("any Unicode text gets the library's ids and exact places", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), checkText), { numRuns: 2000, seed: 1 });
});

test("texts made of what NFKC joins, reorders and takes apart get exact places", () => {
  const units =
    "a|e| |\u0301|\u0323|ｶ|ﾞ|가|\u1100|\u1161|\u11a8|ﬁ|Å|¨|①|▁|�|x|\n|\u200b|ﷺ|½|\ud800|😀|1|Ω|\u0345|\u{1d165}|\u{1d15f}|\u0f73|ﾠ".split(
      "|",
    );
  const text = fc.array(fc.constantFrom(...units), { maxLength: 25 }).map((letters) => letters.join(""));
  fc.assert(fc.property(text, checkText), { numRuns: 3000, seed: 2 });
});

test("a piece of a joined letter has the place of the whole letter", () => {
  const text = "Ref ﬁne ½ ｶﾞ #10482";
  assert.deepEqual(pieces(text, tokenizer.encode(text)), ["Re", "f", "ﬁne", "½", "½", "½", " ", "ｶﾞ", "#1", "04", "82"]);
});

test("a text over the limit keeps its first tokens and says that it was cut", () => {
  const short = createTokenizer(file, { maxTokens: 4 });
  const text = "one two three four five six";
  assert.deepEqual(short.encode(text).ids, tokenizer.encode(text).ids.slice(0, 4));
  assert.deepEqual([short.encode(text).truncated, short.encode("one two").truncated], [true, false]);
  assert.equal(short.encode(text).offsets.length, 4);
});

test("an empty text has no tokens", () => {
  assert.deepEqual(tokenizer.encode(""), { ids: [], offsets: [], truncated: false });
});

const WORDPIECE = {
  added_tokens: [
    { id: 1, content: "[CLS]", special: true },
    { id: 2, content: "[SEP]", special: true },
  ],
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: { type: "BertProcessing", cls: ["[CLS]", 1], sep: ["[SEP]", 2] },
  decoder: null,
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, cafe: 3, "##s": 4, open: 5, "!": 6, a: 7 },
  },
};

test("WordPiece: control tokens frame the text, accents and unknown words keep their places", () => {
  const text = "Cafés  qqq açqq open!";
  const encoding = createTokenizer(WORDPIECE, { maxTokens: 16 }).encode(text);
  assert.deepEqual(encoding.ids, [1, 3, 4, 0, 0, 5, 6, 2]);
  assert.deepEqual(pieces(text, encoding), ["", "Café", "s", "qqq", "açqq", "open", "!", ""]);
});

test("WordPiece: a cut text still ends with its closing control token", () => {
  const { ids, truncated } = createTokenizer(WORDPIECE, { maxTokens: 4 }).encode("open open open open");
  assert.deepEqual([ids, truncated], [[1, 5, 5, 2], true]);
});

test("byte-level BPE: tokens that share a letter have its place", () => {
  const bytes = ["h", "i", "Ġ", "Ã", "©", "ð", "Ł", "ĺ", "Ģ"];
  const model = {
    type: "BPE",
    vocab: Object.fromEntries(["hi", ...bytes].map((token, id) => [token, id])),
    merges: [["h", "i"]],
    unk_token: null,
  };
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const json = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model,
  };
  const text = "hi é😀";
  const encoding = createTokenizer(json, { maxTokens: 32 }).encode(text);
  assert.deepEqual(pieces(text, encoding), ["hi", " ", "é", "é", "😀", "😀", "😀", "😀"]);
});

test("a file that is no tokenizer is refused with words", () => {
  assert.throws(
    () => createTokenizer({ model: { type: "Nonsense" } }, { maxTokens: 8 }),
    (error) => error instanceof KolmError && error.code === "TOKENIZER_INVALID",
  );
});
