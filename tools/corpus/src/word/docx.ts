// This file reads Word documents (ECMA-376 WordprocessingML): paragraphs, one section a heading.
import { decodeText } from "../text/decode.ts";
import { Parser } from "htmlparser2";
import { DEEPEST } from "../html/html.ts";
import { Outline } from "../html/outline.ts";
import { type Document, nameInWords } from "../read/document.ts";
import { unreadable } from "../read/failure.ts";
import { unzip } from "./zip.ts";

const BODY = "word/document.xml";
const STYLES = "word/styles.xml";
const ABOUT = "docProps/core.xml";

/** Removed text, field codes, and the second spelling of drawings for older programs. */
const LEFT_OUT: ReadonlySet<string> = new Set(["w:del", "w:moveFrom", "w:instrText", "mc:Fallback"]);

const LONGEST_TITLE = 500;

/** Text under no heading is titled by the document's own title, else by the file's name. */
export function readWord(path: string, bytes: Uint8Array): Document {
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) {
    const found = "it is an encrypted document or one of Word 97–2003, not a .docx";
    throw unreadable({ file: path }, found, "Take the password off, or save it as .docx.");
  }
  const files = unzip(path, bytes, new Set([BODY, STYLES, ABOUT]));
  const body = files.get(BODY);
  if (body === undefined) throw unreadable({ file: path }, `it holds no ${BODY}`, "Save it as .docx again.");
  const xml = (name: string): string => decodeText(path, files.get(name) ?? new Uint8Array(0));
  const title = titleOf(path, xml(ABOUT));
  const walk = new Walk(headingStyles(path, xml(STYLES)), new Outline(() => title || nameInWords(path)));
  parse(path, decodeText(path, body), {
    open: (name, attributes) => walk.open(name, attributes),
    close: (name) => walk.close(name),
    text: (text) => walk.text(text),
  });
  return { path, ...walk.outline.finish() };
}

type Attributes = Readonly<Record<string, string>>;
type Handler = {
  readonly open: (name: string, attributes: Attributes) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
};

function parse(path: string, xml: string, { open, close, text }: Handler): void {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1;
        if (depth > DEEPEST)
          throw unreadable({ file: path }, `its elements are nested more than ${DEEPEST} deep`, "Take it out.");
        open(name, attributes);
      },
      onclosetag: (name) => {
        depth -= 1;
        close?.(name);
      },
      ontext: (found) => text?.(found),
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
}

/** Heading levels by style id; the names "heading 1" … do not depend on the language of the program. */
function headingStyles(path: string, xml: string): Map<string, number> {
  const levels = new Map<string, number>();
  let id = "";
  parse(path, xml, {
    open: (name, attributes) => {
      if (name === "w:style") id = attributes["w:styleId"] ?? "";
      const level = name === "w:name" ? /^heading ([1-9])$/i.exec(attributes["w:val"] ?? "")?.[1] : undefined;
      if (level !== undefined) levels.set(id, Number(level));
      if (name === "w:name" && attributes["w:val"]?.toLowerCase() === "title") levels.set(id, 0);
    },
  });
  return levels;
}

function titleOf(path: string, xml: string): string {
  let title = "";
  let inside = false;
  parse(path, xml, {
    open: (name) => (inside = name === "dc:title"),
    close: () => (inside = false),
    text: (text) => {
      if (inside) title = (title + text).slice(0, LONGEST_TITLE);
    },
  });
  return title.replace(/\s+/g, " ").trim();
}

class Walk {
  readonly outline: Outline;
  readonly #styles: ReadonlyMap<string, number>;
  #hidden = 0;
  #inText = false;
  #level: number | undefined;
  #heading = "";

  constructor(styles: ReadonlyMap<string, number>, outline: Outline) {
    this.#styles = styles;
    this.outline = outline;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#hidden > 0 || LEFT_OUT.has(name)) this.#hidden += 1;
    else if (name === "w:pStyle") this.#level = this.#styleLevel(attributes["w:val"] ?? "");
    else if (name === "w:outlineLvl") this.#level ??= outlineLevel(attributes["w:val"]);
    else if (name === "w:t") this.#inText = true;
    else if (name === "w:tab") this.#put("\t");
    else if (name === "w:br" || name === "w:cr") this.#put("\n");
    else if (name === "w:noBreakHyphen") this.#put("-");
  }

  close(name: string): void {
    if (this.#hidden > 0) this.#hidden -= 1;
    else if (name === "w:t") this.#inText = false;
    else if (name === "w:p") this.#endParagraph();
  }

  text(text: string): void {
    if (this.#hidden === 0 && this.#inText) this.#put(text);
  }

  #styleLevel(style: string): number | undefined {
    const spelled = /^Heading([1-9])$/i.exec(style)?.[1];
    return this.#styles.get(style) ?? (spelled === undefined ? undefined : Number(spelled));
  }

  #put(text: string): void {
    if (this.#level === undefined) this.outline.verbatim(text);
    else this.#heading = (this.#heading + text).slice(0, LONGEST_TITLE);
  }

  #endParagraph(): void {
    const title = this.#heading.replace(/\s+/g, " ").trim();
    if (this.#level !== undefined && title !== "") this.outline.heading(this.#level, title);
    else this.outline.paragraph();
    this.#level = undefined;
    this.#heading = "";
  }
}

// 0 to 8 are headings, 9 is body text (ECMA-376 §17.3.1.20).
function outlineLevel(value: string | undefined): number | undefined {
  const level = Number(value ?? 9);
  return level >= 0 && level < 9 ? level + 1 : undefined;
}
