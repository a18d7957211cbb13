// This file finds which entry of a PDF's outline each page stands under.
import type { PdfFile } from "./pdf.ts";

const DEEPEST = 16;
const MOST_ENTRIES = 5000;

export type OutlineEntry = {
  readonly title: string;
  readonly dest: string | readonly unknown[] | null;
  readonly items: readonly OutlineEntry[];
};

/** The path of entries, joined by " > ", by page (from 1) where it begins; of several on one page the first counts. */
export async function outlineTitles(pdf: PdfFile): Promise<ReadonlyMap<number, string>> {
  const titles = new Map<number, string>();
  let left = MOST_ENTRIES;
  const walk = async (entries: readonly OutlineEntry[], above: readonly string[]): Promise<void> => {
    for (const { title, dest, items } of entries) {
      if ((left -= 1) < 0) return;
      const path = [...above, title.replace(/\s+/g, " ").trim()].filter((part) => part !== "");
      const page = await pageOf(pdf, dest);
      if (page !== undefined && !titles.has(page) && path.length > 0) titles.set(page, path.join(" > "));
      if (path.length < DEEPEST) await walk(items, path);
    }
  };
  await walk((await pdf.getOutline().catch(() => null)) ?? [], []);
  return titles;
}

// An entry that leads nowhere is no reason to refuse the pages.
async function pageOf(pdf: PdfFile, dest: OutlineEntry["dest"]): Promise<number | undefined> {
  try {
    const place: unknown = (typeof dest === "string" ? await pdf.getDestination(dest) : dest)?.[0];
    if (typeof place === "number") return place + 1;
    return place === null || place === undefined ? undefined : (await pdf.getPageIndex(place)) + 1;
  } catch {
    return undefined;
  }
}
