// This file finds out which of the user's files are new or changed, and reads and embeds those.
import { digestOf, type Hashing } from "@kolm/format";
import type { PictureDecoder } from "@kolm/corpus";
import type { SideCipher } from "./cipher.ts";
import type { Entry } from "./entry.ts";
import { fits } from "./fit.ts";
import { readEntryOf, type Signal } from "./read.ts";
import type { SideTarget } from "./target.ts";

/** A file to add: a name that stays its own, and its bytes when they are wanted. */
export type SideFile = { readonly source: string; readonly bytes: () => Promise<Uint8Array> };

export type AddOptions = {
  /** Longest passage in tokens; 96 by default. */
  readonly chunkTokens?: number | undefined;
  readonly largestFile?: number | undefined;
  readonly signal?: Signal | undefined;
  /** Hears each file before it is read. */
  readonly step?: ((source: string, done: number) => void) | undefined;
  /** Given: hears of a file that cannot be read or embedded, which is left out; else that is thrown. */
  readonly unreadable?: ((source: string, error: unknown) => void) | undefined;
};

/** Names of the files that are new, took an older one's place, or were known as they are. */
export type Added = Readonly<Record<"added" | "replaced" | "unchanged", readonly string[]>>;

const CHUNK_TOKENS = 96;

type Reader = {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly target: SideTarget;
  readonly cipher: SideCipher;
  readonly hashing: Hashing;
  readonly pictureDecoder?: PictureDecoder | undefined;
};

/** The entries to write; an unchanged file is not even cut into passages. */
export async function readFiles(
  files: Iterable<SideFile> | AsyncIterable<SideFile>,
  { chunkTokens: limit = CHUNK_TOKENS, step, unreadable, ...options }: AddOptions,
  { entries, target, cipher, hashing, pictureDecoder }: Reader,
): Promise<Added & { readonly put: ReadonlyMap<string, Entry> }> {
  const put = new Map<string, Entry>();
  const added = { added: [] as string[], replaced: [] as string[], unchanged: [] as string[] };
  let done = 0;
  for await (const { source, bytes: load } of files) {
    options.signal?.throwIfAborted();
    step?.(source, done++);
    try {
      const bytes = await load();
      const sha256 = digestOf(hashing, bytes);
      const key = await cipher.name(source);
      const known = put.get(key) ?? entries.get(key);
      if (known?.sha256 === sha256 && known.limit === limit && (await fits(known, target))) {
        added.unchanged.push(source);
        continue;
      }
      put.set(
        key,
        await readEntryOf({ source, sha256, bytes }, { target, hashing, limit, pictureDecoder, ...options }),
      );
      added[known === undefined ? "added" : "replaced"].push(source);
    } catch (error) {
      if (unreadable === undefined || (error instanceof Error && error.name === "AbortError")) throw error;
      unreadable(source, error);
    }
  }
  return { put, ...added };
}
