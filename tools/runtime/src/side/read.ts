// This file turns one of the user's files into passages, pictures or sounds with their vectors.
import { digestOf, type Hashing, utf8 } from "@kolm/format";
import {
  type Chunk,
  type CountTokens,
  createChunker,
  type Found,
  type PictureDecoder,
  readCorpusFile,
  resample,
} from "@kolm/corpus";
import type { RecallPayload } from "../recall/payload.ts";
import type { QueryInput } from "../recall/query/encoders.ts";
import type { Entry, EntrySpace } from "./entry.ts";
import { noEncoder } from "./failure.ts";
import type { PlaceKind, SideTarget } from "./target.ts";

/** An AbortSignal, as far as it is used here. */
export type Signal = { throwIfAborted(): void };

export type Reading = {
  readonly target: SideTarget;
  readonly hashing: Hashing;
  readonly limit: number;
  readonly pictureDecoder?: PictureDecoder | undefined;
  readonly largestFile?: number | undefined;
  readonly signal?: Signal | undefined;
};

type File = { readonly source: string; readonly sha256: string; readonly bytes: Uint8Array };

/** KolmErrors of the readers, and SIDE_ENCODER for a file that neither an encoder nor keyword search can find again. */
export async function readEntryOf({ source, sha256, bytes }: File, reading: Reading): Promise<Entry> {
  const { target, limit, pictureDecoder, largestFile, signal } = reading;
  const entry = { source, sha256, size: bytes.length, limit, payloads: [] as RecallPayload[], words: [] as string[] };
  const spaces = collector(target);
  const count = (await target.counter()) ?? byWords;
  const cut = createChunker({ limit, count });
  const found = readCorpusFile(source, bytes, {
    ...(pictureDecoder === undefined ? {} : { pictureDecoder }),
    ...(largestFile === undefined ? {} : { largestFile }),
  });
  for await (const one of found) {
    const pieces = one.kind === "text" ? cut(one).map(passageOf) : [perceivedOf(one, reading)];
    for (const piece of pieces) {
      signal?.throwIfAborted();
      const row = entry.payloads.push(piece.payload) - 1;
      entry.words.push(piece.words);
      await embed(piece, { row, spaces, target });
    }
  }
  return { ...entry, spaces: spaces.all() };
}

type Piece = {
  readonly payload: RecallPayload;
  readonly words: string;
  readonly embedded: string;
  readonly found?: Percept;
};
type Percept = Exclude<Found, { kind: "text" }>;

/** Ids of the user's own never equal a sealed one. */
const OWN = "own-";

function passageOf({ embedded, meta, id, ...chunk }: Chunk): Piece {
  const payload = { kind: "text", id: OWN + id, ...chunk, ...(meta ? { meta: { ...meta } } : {}) } as const;
  return { payload, words: embedded, embedded };
}

/** A description inside the file counts as its caption. */
function perceivedOf(found: Percept, { hashing }: Reading): Piece {
  const { kind, path, title, sha256, meta } = found;
  const { description, ...rest } = meta;
  const text = typeof description === "string" ? description.trim() : "";
  const id = OWN + digestOf(hashing, utf8(`${path} ${sha256}`)).slice(0, 16);
  const facts = Object.keys(rest).length === 0 ? {} : { meta: rest };
  const payload = { id, kind, source: path, title, sha256, ...(text === "" ? {} : { text }), ...facts };
  return { payload, words: [title, text].filter((part) => part !== "").join("\n"), embedded: text, found };
}

type Embedding = {
  readonly row: number;
  readonly spaces: ReturnType<typeof collector>;
  readonly target: SideTarget;
};

async function embed({ payload, embedded, found }: Piece, { row, spaces, target }: Embedding): Promise<void> {
  let placed = 0;
  if (embedded !== "") placed += await spaces.add(found ? "caption" : "text", row, { text: embedded });
  if (found?.kind === "image") {
    const image = { width: found.width, height: found.height, data: found.pixels };
    placed += await spaces.add("image", row, { image });
  }
  if (found?.kind === "audio") {
    for (const { encoder } of target.places("audio")) {
      const file = target.encoder(encoder);
      if (file?.modality !== "audio") continue;
      placed += await spaces.add("audio", row, { audio: resample(found, file.form.rate) }, encoder);
    }
  }
  // Words alone find a text again, but of a picture they are no more than its file's name.
  if (placed > 0 || (payload.kind === "text" && target.parts.keywords !== null)) return;
  throw noEncoder(payload.source, { text: "text", image: "a picture", audio: "a sound" }[payload.kind]);
}

type Filling = Omit<EntrySpace, "rows" | "vectors"> & { rows: number[]; vectors: Float32Array[] };

/** Vectors by space, as they come. */
function collector(target: SideTarget) {
  const spaces = new Map<string, Filling>();
  return {
    /** One vector into every space of the kind (of one encoder where it is named); how many spaces there are. */
    add: async (kind: PlaceKind, row: number, input: QueryInput, only?: string): Promise<number> => {
      const places = target.places(kind).filter(({ encoder }) => only === undefined || encoder === only);
      for (const { space, encoder } of places) {
        const { vector } = await (await target.encoders.of(encoder)).embed(input);
        const filling = spaces.get(space) ?? {
          name: space,
          encoder: (await target.digestOf(encoder)) ?? "",
          rows: [],
          vectors: [],
        };
        spaces.set(space, filling);
        filling.rows.push(row);
        filling.vectors.push(vector);
      }
      return places.length;
    },
    all: (): EntrySpace[] => [...spaces.values()],
  };
}

/** Where nothing embeds text, a passage is as long as in tokens of most tokenizers. */
const byWords: CountTokens = (text) => text.split(/\s+/).length * 1.4;
