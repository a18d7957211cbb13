// This file is `kolm recall query`: what fits a query best, of the artifact's corpus and of the user's own files together.
import { existsSync } from "node:fs";
import { KolmError } from "@kolm/format";
import type { Hit, SideHit } from "@kolm/runtime";
import { openFile, openSide } from "@kolm/runtime/node";
import { type Asked, folderOf, numberOf, sideOptions } from "./key.ts";

type AnyHit = Hit & Partial<Pick<SideHit, "origin">>;

export async function query(asked: Asked): Promise<number> {
  const { words, flags } = asked;
  const [text] = words;
  const usage = { hint: 'kolm recall <file.kolm> "what to look for"' };
  if (text === undefined) throw new KolmError("USAGE", "kolm recall needs a query", usage);
  if (words.length > 1) throw new KolmError("USAGE", `kolm recall does not take "${words[1]}" after the query`, usage);
  const hits = await find(asked, text, numberOf(flags, "top", [1, 1000]));
  if (flags["json"] === true) console.log(JSON.stringify({ query: text, hits }));
  else for (const hit of hits) console.log(lineOf(hit));
  return 0;
}

/** The artifact alone where there are no files of the user's own. */
async function find(asked: Asked, text: string, k: number | undefined): Promise<readonly AnyHit[]> {
  const options = await sideOptions(asked);
  if (!existsSync(folderOf(asked))) {
    const runtime = await openFile(asked.file, options.file);
    try {
      return await runtime.recall(text, { k });
    } finally {
      await runtime.close();
    }
  }
  const side = await openSide(asked.file, options);
  try {
    return (await side.search(text, { k })).hits;
  } finally {
    await side.close();
  }
}

function lineOf({ score, source, title, text, origin }: AnyHit): string {
  const whose = origin === undefined ? "" : `${origin.padEnd(6)}  `;
  const name = title === undefined || title === "" ? source : `${source} · ${title}`;
  return `${score.toFixed(3)}  ${whose}${name}\n       ${shorten(text ?? "")}`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`;
}
