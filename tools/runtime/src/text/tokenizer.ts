// This file cuts texts into the token ids of a tokenizer.json and says where in the text each token stands.
import { KolmError } from "@kolm/format";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { normalWithOrigin } from "./normal.ts";
import { type Cut, locateBytes, locatePieces, type Range } from "./pieces.ts";

/** Ids and, for each, UTF-16 offsets into the text itself; control tokens and blanks put in front have empty ranges. */
export type Encoding = {
  readonly ids: readonly number[];
  readonly offsets: readonly Range[];
  /** True when the text had more than maxTokens tokens and the rest was left out. */
  readonly truncated: boolean;
};

export interface Tokenizer {
  readonly maxTokens: number;
  encode(text: string): Encoding;
}

/** The parts of a tokenizer.json that say how tokens relate to text; the library reads the rest. */
const TokenizerFile = z.looseObject({
  pre_tokenizer: z.unknown(),
  model: z.looseObject({
    type: z.string().optional(),
    unk_token: z.string().nullish(),
    continuing_subword_prefix: z.string().nullish(),
  }),
});
type TokenizerFile = z.infer<typeof TokenizerFile>;

/** What is used of the library; its own declarations do not resolve under Node's module rules. */
type Library = {
  encode(
    text: string,
    options?: { readonly add_special_tokens: boolean },
  ): { readonly ids: number[]; readonly tokens: string[] };
  readonly normalizer: { normalize(text: string): string } | null;
  readonly pre_tokenizer: { pre_tokenize(text: string): string[] } | null;
};

type Opened = { readonly library: Library; readonly file: TokenizerFile; readonly bytes: boolean };
type Frame = { readonly before: readonly number[]; readonly after: readonly number[] };

/** A tokenizer from a parsed tokenizer.json (Hugging Face): Unigram, WordPiece or byte-level BPE; KolmError TOKENIZER_INVALID. */
export function createTokenizer(tokenizerJson: unknown, { maxTokens }: { readonly maxTokens: number }): Tokenizer {
  const opened = open(tokenizerJson);
  const { library } = opened;
  const frame = frameOf(library);
  const room = maxTokens - frame.before.length - frame.after.length;
  return {
    maxTokens,
    encode: (text) => {
      const { ids, tokens } = library.encode(text, { add_special_tokens: false });
      const ranges = rangesOf(opened, text, tokens.slice(0, room));
      const empty = (place: number) => (): Range => [place, place];
      return {
        ids: [...frame.before, ...ids.slice(0, room), ...frame.after],
        offsets: [...frame.before.map(empty(0)), ...ranges, ...frame.after.map(empty(ranges.at(-1)?.[1] ?? 0))],
        truncated: ids.length > room,
      };
    },
  };
}

function open(tokenizerJson: unknown): Opened {
  try {
    const file = TokenizerFile.parse(tokenizerJson);
    const library: Library = new HuggingFaceTokenizer(file, {});
    return { library, file, bytes: JSON.stringify(file.pre_tokenizer ?? null).includes('"ByteLevel"') };
  } catch (cause) {
    throw new KolmError(
      "TOKENIZER_INVALID",
      `tokenizer.json cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: "Save it with tokenizer.save() of the Hugging Face tokenizers library; Unigram, WordPiece and byte-level BPE work.",
        cause,
      },
    );
  }
}

/** The control tokens the post-processor puts around any text ([CLS] … [SEP]). */
function frameOf(library: Library): Frame {
  const bare = library.encode("a", { add_special_tokens: false }).ids;
  const framed = library.encode("a").ids;
  const at = framed.findIndex((_, index) => bare.every((id, offset) => framed[index + offset] === id));
  return at < 0 ? { before: [], after: [] } : { before: framed.slice(0, at), after: framed.slice(at + bare.length) };
}

function rangesOf({ library, file, bytes }: Opened, text: string, tokens: readonly string[]): Range[] {
  const normal = normalWithOrigin(text, (part) => library.normalizer?.normalize(part) ?? part);
  const ranges = bytes
    ? locateBytes(normal.text, tokens)
    : locatePieces({ normal: normal.text, tokens, ...cutsOf(library, file, normal.text) });
  let last = 0;
  return ranges.map(([start, end]) => {
    const origin: Range = start < end ? [normal.starts[start] ?? last, normal.ends[end - 1] ?? last] : [last, last];
    last = origin[1];
    return trimmed(text, origin);
  });
}

function cutsOf(
  { pre_tokenizer: preTokenizer }: Library,
  { model }: TokenizerFile,
  normal: string,
): Pick<Cut, "unknown" | "continuing" | "words"> {
  return {
    unknown: (token) => token === model.unk_token,
    continuing: model.continuing_subword_prefix ?? "",
    words: preTokenizer?.pre_tokenize(normal) ?? [normal],
  };
}

/** Blanks at the ends of a token are not part of it, unless it is nothing else. */
function trimmed(text: string, [start, end]: Range): Range {
  const piece = text.slice(start, end);
  const body = piece.trim();
  if (body === "") return [start, end];
  const from = start + piece.indexOf(body);
  return [from, from + body.length];
}
