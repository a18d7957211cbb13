// This file reads HTML into the text a reader sees, one section a heading.
import { Parser } from "htmlparser2";
import { type Document, nameInWords } from "../read/document.ts";
import { unreadable } from "../read/failure.ts";
import { decodeText } from "../text/decode.ts";
import { headingLevel, isHidden, LEFT_OUT, LINES, PARAGRAPHS } from "./elements.ts";
import { Outline } from "./outline.ts";

/** The parser's work grows with the depth, so documents made to be deep are refused. */
export const DEEPEST = 4096;

const LONGEST_TITLE = 500;

/** The charset is that of the byte order mark, else of a meta element or XML declaration in the first 1,024 bytes, else UTF-8. */
export function decodeHtml(path: string, bytes: Uint8Array): string {
  return decodeText(path, bytes, declaredCharset(bytes.subarray(0, 1024)));
}

function declaredCharset(head: Uint8Array): string | undefined {
  const ascii = Array.from(head, (byte) => String.fromCharCode(byte))
    .join("")
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "");
  const found =
    /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(ascii)?.[1] ??
    /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)/.exec(ascii)?.[1];
  // A declaration that can be read as ASCII is not in UTF-16 (WHATWG HTML §13.2.3.2).
  return found !== undefined && /^utf-?16/i.test(found) ? "utf-8" : found;
}

/** Text under no heading is titled by the title element, else by the file's name; offsets count in the text made. */
export function readHtml(path: string, html: string): Document {
  const page = new Page(path);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => page.open(name, attributes),
      onclosetag: (name) => page.close(name),
      ontext: (text) => page.text(text),
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  return { path, ...page.outline.finish() };
}

class Page {
  readonly outline: Outline;
  readonly #path: string;
  #title = "";
  #depth = 0;
  #hidden = 0;
  #pre = 0;
  #heading: { readonly level: number; title: string } | undefined;
  #inTitle = false;

  constructor(path: string) {
    this.#path = path;
    this.outline = new Outline(() => this.#title.replace(/\s+/g, " ").trim() || nameInWords(path));
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#depth += 1;
    if (this.#depth > DEEPEST) {
      const found = `its elements are nested more than ${DEEPEST} deep`;
      throw unreadable({ file: this.#path }, found, "Close the elements, or take the file out of the corpus.");
    }
    if (this.#hidden > 0 || LEFT_OUT.has(name) || isHidden(attributes)) {
      this.#hidden += 1;
      return;
    }
    const level = headingLevel(name);
    if (level !== undefined && this.#heading === undefined) this.#heading = { level, title: "" };
    if (name === "title") this.#inTitle = true;
    if (name === "pre") this.#pre += 1;
    this.#break(name);
    if (name === "img" && attributes["alt"]) this.text(` ${attributes["alt"]} `);
    if (name === "td" || name === "th") this.text(" ");
  }

  close(name: string): void {
    this.#depth -= 1;
    if (this.#hidden > 0) {
      this.#hidden -= 1;
      return;
    }
    if (name === "title") this.#inTitle = false;
    if (name === "pre") this.#pre -= 1;
    if (headingLevel(name) !== undefined) this.#closeHeading();
    else if (name !== "br") this.#break(name);
  }

  text(text: string): void {
    if (this.#hidden > 0) return;
    if (this.#inTitle) this.#title = (this.#title + text).slice(0, LONGEST_TITLE);
    else if (this.#heading !== undefined) this.#heading.title = (this.#heading.title + text).slice(0, LONGEST_TITLE);
    else if (this.#pre > 0) this.outline.verbatim(text);
    else this.outline.flow(text);
  }

  #break(name: string): void {
    if (this.#heading !== undefined) this.#heading.title += " ";
    else if (PARAGRAPHS.has(name)) this.outline.paragraph();
    else if (name === "br") this.outline.verbatim("\n");
    else if (LINES.has(name)) this.outline.line();
  }

  #closeHeading(): void {
    if (this.#heading === undefined) return;
    const { level, title } = this.#heading;
    this.#heading = undefined;
    const words = title.replace(/\s+/g, " ").trim();
    if (words !== "") this.outline.heading(level, words);
  }
}
