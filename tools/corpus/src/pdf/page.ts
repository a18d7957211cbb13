// This file joins the pieces of text on a PDF page into lines and paragraphs.

/** Of PDF.js's TextItem: transform[5] is the baseline's height on the page in points. */
export type TextItem = {
  readonly str: string;
  readonly height: number;
  readonly transform: readonly number[];
  readonly hasEOL: boolean;
};

/** Lines further apart than this many of their heights stand in different paragraphs. */
const GAP = 1.7;

/** Collects a page's pieces in the order of the file. */
export class Page {
  readonly #parts: string[] = [];
  #baseline: number | undefined;
  #startsLine = true;
  length = 0;

  add({ str, height, transform, hasEOL }: TextItem): void {
    const baseline = transform[5] ?? 0;
    if (str.trim() !== "") {
      const isFar = this.#baseline !== undefined && height > 0 && Math.abs(this.#baseline - baseline) > GAP * height;
      if (this.#startsLine && isFar) this.#put("\n");
      this.#baseline = baseline;
      this.#startsLine = false;
    }
    this.#put(str);
    if (!hasEOL) return;
    this.#put("\n");
    this.#startsLine = true;
  }

  finish(): string {
    return this.#parts
      .join("")
      .replace(/[ \t]+$/gm, "")
      .trim();
  }

  #put(text: string): void {
    this.#parts.push(text);
    this.length += text.length;
  }
}
