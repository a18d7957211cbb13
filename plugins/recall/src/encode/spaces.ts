// This file puts every item of the corpus into the spaces it can be found in.
import { type AudioBaseFile, bridge, bridgeText, type ImageBaseFile } from "@kolm/runtime";
import type { CorpusBench, FileItems } from "../corpus/read.ts";
import { perceive } from "../corpus/read.ts";
import type { SpaceName } from "../index/files.ts";
import type { Space } from "../index/space.ts";
import type { Look, PictureBench } from "./pictures.ts";
import type { SoundBench } from "./sounds.ts";
import { embedTexts, type TextBase } from "./texts.ts";

/** What encodes; picture and sound where the task names such bases. */
export type Encoders = {
  readonly text: TextBase;
  readonly image?: { readonly base: ImageBaseFile; readonly bench: PictureBench; readonly labels?: readonly string[] };
  readonly audio?: { readonly base: AudioBaseFile; readonly bench: SoundBench };
};

/** Vectors of pictures and sounds by the line of their payload. */
export type Perceived = { readonly looks: Map<number, Look>; readonly sounds: Map<number, Float32Array> };

/** Encodes a file's picture or sound, whose payload is on `line`. */
export async function perceiveFile(
  file: FileItems,
  line: number,
  { encoders, at, perceived }: { encoders: Encoders; at: CorpusBench; perceived: Perceived },
): Promise<void> {
  const [item] = file.items;
  const { sha256 } = file.source;
  if (item?.payload.kind === "image" && encoders.image) {
    const look = await encoders.image.bench.look(sha256, async () => {
      const found = file.percept ?? (await perceive(file.source, at));
      if (found.kind !== "image") throw new Error("invariant broken: a picture stays one");
      return { width: found.width, height: found.height, data: found.pixels };
    });
    perceived.looks.set(line, look);
  }
  if (item?.payload.kind === "audio" && encoders.audio) {
    const vector = await encoders.audio.bench.listen(sha256, async (rate) => {
      const found = file.percept ?? (await perceive(file.source, at));
      if (found.kind !== "audio") throw new Error("invariant broken: a sound stays one");
      return at.resample(found, rate);
    });
    perceived.sounds.set(line, vector);
  }
}

export type SpacesOf = {
  /** What is embedded of each payload line; empty: nothing. */
  readonly texts: readonly string[];
  readonly perceived: Perceived;
  readonly encoders: Encoders;
  readonly ask: boolean;
};

/** The spaces that have vectors, in the order of SPACES. */
export async function spacesOf({ texts, perceived, encoders, ask }: SpacesOf, at: CorpusBench): Promise<Space[]> {
  const written = texts.flatMap((text, row) => (text === "" ? [] : [row]));
  const wanted = written.map((row) => texts[row] ?? "");
  const embedded = await embedTexts(wanted, encoders.text, at.bench);
  const entries = written.map((row, place): Entry => ({ row, vector: embedded[place] ?? new Float32Array() }));
  const { looks, sounds } = perceived;
  const bridges = await bridged(looks, encoders, at);
  // A caption is a second vector of its picture: in a space of its own it would lift its picture above all without one.
  const captions = entries.filter(({ row }) => bridges.length > 0 && looks.has(row));
  const seen = [...looks].map(([row, { vector }]): Entry => ({ row, vector }));
  const pair = encoders.image?.base.text === undefined ? [] : [{ text: "pair", ...(ask ? { image: "image" } : {}) }];
  return [
    ...space(
      "text",
      entries.filter((entry) => !captions.includes(entry)),
      { text: "text" },
    ),
    ...space("pictures", [...bridges, ...captions], { text: "text" }),
    ...pair.flatMap((queries) => space("joint", seen, queries)),
    ...(ask && pair.length === 0 ? space("image", seen, { image: "image" }) : []),
    ...space(
      "audio",
      [...sounds].map(([row, vector]) => ({ row, vector })),
      { audio: "audio" },
    ),
  ];
}

type Entry = { readonly row: number; readonly vector: Float32Array };

/** By payload line; of one line the entry that was given first is first. None without entries. */
function space(name: SpaceName, entries: readonly Entry[], queries: Space["queries"]): Space[] {
  if (entries.length === 0) return [];
  const sorted = [...entries].sort((a, b) => a.row - b.row);
  return [{ name, rows: sorted.map(({ row }) => row), vectors: sorted.map(({ vector }) => vector), queries }];
}

/** Pictures among texts, by their classes' names; none without labels. */
async function bridged(looks: ReadonlyMap<number, Look>, { text, image }: Encoders, at: CorpusBench): Promise<Entry[]> {
  if (image?.labels === undefined || looks.size === 0) return [];
  const labels = await embedTexts(image.labels.map(bridgeText), text, at.bench);
  return [...looks].map(([row, { classes }]) => ({ row, vector: bridge(classes ?? [], labels) }));
}
