// This file keeps an index of the user's own files beside an artifact, and searches both together.
import { compareCodeUnits, type Hashing } from "@kolm/format";
import type { PictureDecoder } from "@kolm/corpus";
import type { QueryInput } from "../recall/query/encoders.ts";
import { searchWith } from "../recall/query/search.ts";
import { type Hit, type Recall, recallOf, type RecallOptions } from "../recall/recall.ts";
import { type Added, type AddOptions, readFiles, type SideFile } from "./add.ts";
import type { SideCipher } from "./cipher.ts";
import { type Entry, packEntry, readEntry } from "./entry.ts";
import { damaged } from "./failure.ts";
import { checkEncoders } from "./fit.ts";
import { joinParts } from "./join.ts";
import { ownParts } from "./own.ts";
import type { SideRecord, SideStorage } from "./storage.ts";
import type { SideTarget } from "./target.ts";

/** What is known of a file that was added. */
export type SideSource = Pick<Entry, "source" | "sha256" | "size"> & { readonly passages: number };

/** A hit of the artifact's own corpus, or of the user's files. */
export type SideHit = Hit & { readonly origin: "sealed" | "own" };
export type SideFound = { readonly hits: readonly SideHit[]; readonly probes: number; readonly macs: number };

export interface SideIndex {
  list(): readonly SideSource[];
  /** Embeds what is new or changed, then writes all of it at once. */
  add(files: Iterable<SideFile> | AsyncIterable<SideFile>, options?: AddOptions): Promise<Added>;
  /** Removes these files, passages and vectors; those that were there. */
  remove(sources: readonly string[]): Promise<readonly string[]>;
  /** Sealed and own passages in one ranking; KolmError SIDE_FOREIGN while files of another encoder are kept. */
  search(query: string | QueryInput, options?: RecallOptions): Promise<SideFound>;
  close(): Promise<void>;
}

export type SideOptions = {
  readonly storage: SideStorage;
  readonly cipher: SideCipher;
  /** Opens the artifact's part when something is added or searched; closed with the index. */
  readonly target: () => Promise<SideTarget>;
  readonly hashing: Hashing;
  readonly pictureDecoder?: PictureDecoder | undefined;
  /** Keeps files of another encoder for adding them anew; else the first use of the artifact's part throws SIDE_FOREIGN. */
  readonly keepForeign?: boolean | undefined;
};

/** Reads all records; KolmError SIDE_DAMAGED. */
export async function openSideIndex(options: SideOptions): Promise<SideIndex> {
  const state = await loadState(options);
  const target = targetOf(options, state);
  return {
    list: () => [...state.entries.values()].map(sourceOf).sort((a, b) => compareCodeUnits(a.source, b.source)),
    add: async (files, asked = {}) => {
      const reader = { ...options, entries: state.entries, target: await target.get() };
      const { put, ...added } = await readFiles(files, asked, reader);
      await commit(state, { put, remove: [] }, options);
      return added;
    },
    remove: async (sources) => {
      const gone = [...state.entries].filter(([, { source }]) => sources.includes(source));
      await commit(state, { put: new Map(), remove: gone.map(([key]) => key) }, options);
      return gone.map(([, { source }]) => source).sort(compareCodeUnits);
    },
    search: async (query, asked) => {
      const one = await target.get();
      // Files that are kept to be added anew cannot be searched either.
      await checkEncoders(state.entries, one);
      const { recall, own } = (state.joined ??= join(state, one));
      const input = typeof query === "string" ? { text: query } : query;
      const { hits, probes, macs } = await searchWith(recall, one.encoders, { query: input, options: asked });
      return { hits: hits.map((hit) => ({ ...hit, origin: own.has(hit.id) ? "own" : "sealed" })), probes, macs };
    },
    close: target.close,
  };
}

type State = {
  revision: number;
  readonly entries: Map<string, Entry>;
  /** Made by the first search after a change. */
  joined: Joined | undefined;
};
type Joined = { readonly recall: Recall; readonly own: ReadonlySet<string> };

async function loadState({ storage, cipher }: SideOptions): Promise<State> {
  const { revision, records } = await storage.load();
  const entries = new Map<string, Entry>();
  for (const record of records) entries.set(record.key, await openRecord(record, cipher));
  return { revision, entries, joined: undefined };
}

/** The artifact's part, opened once. */
function targetOf(
  { target, keepForeign }: SideOptions,
  { entries }: State,
): { get(): Promise<SideTarget>; close(): Promise<void> } {
  let opened: Promise<SideTarget> | undefined;
  return {
    get: async () => {
      const one = await (opened ??= target().catch((error: unknown) => {
        // One that could not be opened is tried again.
        opened = undefined;
        throw error;
      }));
      if (keepForeign !== true) await checkEncoders(entries, one);
      return one;
    },
    close: async () => (await opened)?.close(),
  };
}

type Change = { readonly put: ReadonlyMap<string, Entry>; readonly remove: readonly string[] };

async function commit(state: State, { put, remove }: Change, { storage, cipher }: SideOptions): Promise<void> {
  if (put.size === 0 && remove.length === 0) return;
  const sealed: SideRecord[] = [];
  for (const [key, entry] of put) sealed.push(await sealRecord(key, entry, cipher));
  state.revision = await storage.commit({ revision: state.revision, put: sealed, remove });
  for (const key of remove) state.entries.delete(key);
  for (const [key, entry] of put) state.entries.set(key, entry);
  state.joined = undefined;
}

function join({ entries }: State, target: SideTarget): Joined {
  const sorted = [...entries].sort(([a], [b]) => compareCodeUnits(a, b)).map(([, entry]) => entry);
  const own = ownParts(sorted, target.parts.index, (space) => target.queriesOf(space));
  const ids = new Set(sorted.flatMap(({ payloads }) => payloads.map(({ id }) => id)));
  return { recall: recallOf(joinParts(target.parts, own)), own: ids };
}

async function openRecord({ key, passages, vectors }: SideRecord, cipher: SideCipher): Promise<Entry> {
  const plain = await cipher.open(passages, `${key} passages`);
  const numbers = await cipher.open(vectors, `${key} vectors`);
  if (plain === undefined || numbers === undefined) throw damaged("a record was altered or is of another key");
  return readEntry(plain, numbers);
}

async function sealRecord(key: string, entry: Entry, cipher: SideCipher): Promise<SideRecord> {
  const { passages, vectors } = packEntry(entry);
  return {
    key,
    passages: await cipher.seal(passages, `${key} passages`),
    vectors: await cipher.seal(vectors, `${key} vectors`),
  };
}

const sourceOf = ({ source, sha256, size, payloads }: Entry): SideSource => ({
  source,
  sha256,
  size,
  passages: payloads.length,
});
