// This file reads captions.jsonl: what people wrote about the pictures and sounds beside it.
import { KolmError } from "@kolm/format";
import type { Source } from "./item.ts";

/** Caption by path of the file it is about. */
export type Captions = ReadonlyMap<string, string>;

const NAME = "captions.jsonl";
export const isCaptions = ({ path }: Source): boolean => path.split("/").at(-1) === NAME;

/** Rows {"file", "caption"}, file relative to the list's folder. KolmError CAPTION_INVALID names file and line. */
export async function readCaptions(
  corpus: readonly Source[],
  read: (source: Source) => Promise<Uint8Array>,
): Promise<Captions> {
  const known = new Set(corpus.map(({ path }) => path));
  const captions = new Map<string, string>();
  for (const source of corpus.filter(isCaptions)) {
    const folder = source.path.slice(0, -NAME.length);
    const lines = new TextDecoder().decode(await read(source)).split("\n");
    for (const [index, line] of lines.entries()) {
      if (line.trim() === "") continue;
      const at = { file: source.path, line: index + 1 };
      const { file, caption } = rowOf(line, at);
      if (!known.has(folder + file)) throw invalid(at, `names ${file}, which is not beside it`);
      if (captions.has(folder + file)) throw invalid(at, `names ${file} a second time`);
      captions.set(folder + file, caption);
    }
  }
  return captions;
}

type At = { readonly file: string; readonly line: number };

function rowOf(line: string, at: At): { file: string; caption: string } {
  const row = parsed(line) as { file?: unknown; caption?: unknown } | null | undefined; // checked below
  const { file, caption } = row ?? {};
  if (typeof file === "string" && typeof caption === "string" && caption.trim() !== "")
    return { file, caption: caption.trim() };
  throw invalid(at, "is no caption");
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function invalid(at: At, found: string): KolmError {
  return new KolmError("CAPTION_INVALID", `line ${at.line} of ${at.file} ${found}`, {
    hint: 'Write one row a picture or sound: {"file": "p01.png", "caption": "what is on it"}.',
    place: at,
  });
}
