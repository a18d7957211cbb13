// This file makes a small WordPiece tokenizer.json, as a BERT-like encoder comes with.

const WORDS =
  "hello good morning evening welcome hi see you bye fare later well night take care to the team and for home " +
  "##ing ##bye ##well ##er ##s ##a ##ra ##in ##id";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const CONTROL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

/** Lower-case words and letters, [CLS] … [SEP] around a text; at most 100 pieces. */
export function wordPieces(): Record<string, unknown> {
  const letters = LETTERS.split("");
  const pieces = [
    ...new Set([...CONTROL, ...letters, ...letters.map((letter) => `##${letter}`), ",", ".", "!", ...WORDS.split(" ")]),
  ];
  const vocab = Object.fromEntries(pieces.slice(0, 100).map((piece, id) => [piece, id]));
  const special = (content: string): object => ({
    id: vocab[content],
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  const token = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  const text = { Sequence: { id: "A", type_id: 0 } };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: CONTROL.map(special),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [token("[CLS]"), text, token("[SEP]")],
      pair: [token("[CLS]"), text, token("[SEP]"), { Sequence: { id: "B", type_id: 1 } }, token("[SEP]")],
      special_tokens: Object.fromEntries(["[CLS]", "[SEP]"].map((id) => [id, { id, ids: [vocab[id]], tokens: [id] }])),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}
