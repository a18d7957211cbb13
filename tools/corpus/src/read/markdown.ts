// This file reads Markdown into one section a heading (CommonMark §4.2, §4.3), minding front matter and code fences.
import { type Document, nameInWords, type Section } from "./document.ts";

const LONGEST_HEADING = 500;

type Line = { readonly text: string; readonly start: number; readonly end: number };
type Heading = { readonly level: number; readonly title: string };

/** Sections lie between headings; what stands before the first is under the front matter's title or the file's name. */
export function readMarkdown(path: string, text: string): Document {
  const lines = linesOf(text);
  const { title, after } = frontMatter(lines);
  const root = title ?? nameInWords(path);
  const sections: Section[] = [];
  let headings: Heading[] = [];
  let start = lines[after]?.start ?? text.length;
  const close = (end: number): void => {
    const path = headings.map((heading) => heading.title).join(" > ");
    if (text.slice(start, end).trim() !== "") sections.push({ title: path === "" ? root : path, start, end });
  };
  for (const found of headingsIn(lines, after)) {
    close(found.line.start);
    headings = [...headings.filter(({ level }) => level < found.level), found];
    start = found.end;
  }
  close(text.length);
  return { path, text, sections };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const match of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    if (match[0] === "") continue;
    lines.push({ text: match[0].replace(/\r?\n$/, ""), start: match.index, end: match.index + match[0].length });
  }
  return lines;
}

function frontMatter(lines: readonly Line[]): { title: string | undefined; after: number } {
  if (lines[0]?.text !== "---") return { title: undefined, after: 0 };
  const close = lines.findIndex((line, index) => index > 0 && line.text === "---");
  if (close === -1) return { title: undefined, after: 0 };
  const title = lines
    .slice(1, close)
    .map((line) => /^title:\s*(.+?)\s*$/.exec(line.text)?.[1])
    .find((found) => found !== undefined);
  return { title: title?.replace(/^(["'])(.*)\1$/, "$2"), after: close + 1 };
}

function* headingsIn(lines: readonly Line[], from: number): Iterable<Heading & { line: Line; end: number }> {
  let fence: string | undefined;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined) return;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line.text)?.[1];
    if (fence === undefined ? mark !== undefined : mark?.startsWith(fence))
      fence = fence === undefined ? mark : undefined;
    if (fence !== undefined || mark !== undefined || line.text.length > LONGEST_HEADING) continue;
    const [, marks, title] = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line.text) ?? [];
    if (marks !== undefined) yield { level: marks.length, title: words(title ?? ""), line, end: line.end };
    else if (isUnderlined(lines, at)) {
      const underline = lines[++at] ?? line;
      yield { level: underline.text.includes("=") ? 1 : 2, title: words(line.text), line, end: underline.end };
    }
  }
}

// A line of = or - under a single line of text is a heading; under a longer paragraph it is left as text.
function isUnderlined(lines: readonly Line[], at: number): boolean {
  const [before, line, under] = [lines[at - 1]?.text ?? "", lines[at]?.text ?? "", lines[at + 1]?.text ?? ""];
  return before.trim() === "" && /^ {0,3}[\p{L}\p{N}]/u.test(line) && /^ {0,3}(=+|-{2,})[ \t]*$/.test(under);
}

/** Text without Markdown's marks: links and images by their words, emphasis and code without their signs. */
export function words(markdown: string): string {
  // Every repetition ends at the next mark of its kind or after a bound, so that a text of marks alone takes no longer.
  return markdown
    .replace(/!?\[([^[\]]*)\]\((?:[^()]|\([^()]*\))*\)/g, "$1")
    .replace(/(\*\*|__|~~|`{1,8})(?=\S)(.{0,400}?\S)\1/g, "$2")
    .replace(/(?<![\p{L}\p{N}])([*_])(?=\S)([^*_]{0,400}?\S)\1(?![\p{L}\p{N}])/gu, "$2")
    .replace(/^[ \t]*(?:[-*+]|\d{1,9}[.)]|>)[ \t]+/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}
