// This file gathers text as a reader walks through a marked-up document, and the sections its headings make.
import type { Meta, Section } from "../read/document.ts";

type Heading = { readonly level: number; readonly title: string };

/** Collects text and sections; blanks collapse as in HTML, lines and paragraphs break where told. */
export class Outline {
  readonly #root: () => string;
  readonly #sections: Section[] = [];
  readonly #parts: string[] = [];
  #length = 0;
  #last = "\n\n";
  #start = 0;
  #headings: readonly Heading[] = [];

  /** root titles what stands under no heading; asked for at the end. */
  constructor(root: () => string) {
    this.#root = root;
  }

  /** Text whose blanks mean nothing but a space. */
  flow(text: string): void {
    const body = text.replace(/[ \t\r\n\f]+/g, " ");
    this.verbatim(/\s$/.test(this.#last) ? body.replace(/^ /, "") : body);
  }

  /** Text that is kept as it stands. */
  verbatim(text: string): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#length += text.length;
    this.#last = text.length > 1 ? text.slice(-2) : this.#last.slice(-1) + text;
  }

  line(): void {
    if (!this.#last.endsWith("\n")) this.verbatim("\n");
  }

  paragraph(): void {
    this.line();
    if (this.#last !== "\n\n") this.verbatim("\n");
  }

  /** Ends the section before; text from here on stands under the heading of this level (1 is outermost). */
  heading(level: number, title: string): void {
    this.paragraph();
    this.#close();
    this.#headings = [...this.#headings.filter((one) => one.level < level), { level, title }];
  }

  finish(meta?: Meta): { text: string; sections: Section[] } {
    this.#close();
    const text = this.#parts.join("");
    const kept = this.#sections.filter(({ start, end }) => text.slice(start, end).trim() !== "");
    return {
      text,
      sections: kept.map((section) => ({ ...section, title: section.title || this.#root(), ...(meta && { meta }) })),
    };
  }

  #close(): void {
    const title = this.#headings.map((heading) => heading.title).join(" > ");
    if (this.#length > this.#start) this.#sections.push({ title, start: this.#start, end: this.#length });
    this.#start = this.#length;
  }
}
