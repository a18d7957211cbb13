// This file shows how corpus files become titled sections, and how unreadable ones are named.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readDocument } from "@kolm/corpus";
import { words } from "@kolm/corpus";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sectionsOf = (path: string, text: string): [string, string][] => {
  const document = readDocument(path, bytesOf(text));
  return document.sections.map(({ title, start, end }) => [title, document.text.slice(start, end).trim()]);
};

describe("Markdown", () => {
  it("is cut at headings, each section titled by its path of headings", () => {
    const text =
      "intro\n\n# Returns\n\nSend it.\n\n## How long ##\n30 days\n\n## Empty\n\n# **Other** [things](x)\nlast";
    assert.deepEqual(sectionsOf("corpus/big_faq.md", text), [
      ["big faq", "intro"],
      ["Returns", "Send it."],
      ["Returns > How long", "30 days"],
      ["Other things", "last"],
    ]);
  });

  it("knows underlined headings, front matter and Windows line ends", () => {
    assert.deepEqual(
      sectionsOf(
        "a.md",
        '---\ntitle: "The title"\n---\nfirst\n\nBig\n===\none\n\nSmall\n---\ntwo\n\npara\ntext\n---\nx',
      ),
      [
        ["The title", "first"],
        ["Big", "one"],
        ["Big > Small", "two\n\npara\ntext\n---\nx"],
      ],
    );
    assert.deepEqual(sectionsOf("a.md", "# A\r\n\r\nx\r\n## B\r\ny\r\n"), [
      ["A", "x"],
      ["A > B", "y"],
    ]);
  });

  it("takes no # inside a code fence or without a blank for a heading", () => {
    assert.deepEqual(sectionsOf("a.md", "# A\n```sh\n# comment\n```\n#hash\n~~~\n```\n# no\n~~~\nend"), [
      ["A", "```sh\n# comment\n```\n#hash\n~~~\n```\n# no\n~~~\nend"],
    ]);
  });

  it("is embedded by its words, without marks", () => {
    assert.equal(
      words("- **Bold** and *it* `code` [a link](http://x) ![pic](y)\n1. two snake_case_name"),
      "Bold and it code a link pic two snake_case_name",
    );
  });

  it("is read in time that grows with its length", () => {
    const started = performance.now();
    for (const piece of ["# ", "#\t", "[", "*a", "`", "- ", "\n\n ", "---\n", "a\n=\n"]) {
      const document = readDocument("a.md", bytesOf(piece.repeat(100_000)));
      assert.ok(document.sections.length >= 0);
    }
    assert.ok(performance.now() - started < 10_000);
  });
});

describe("other files", () => {
  it("of plain text are one section under the file's name", () => {
    assert.deepEqual(sectionsOf("notes/late-delivery.txt", "\uFEFFone\n\n# two"), [["late delivery", "one\n\n# two"]]);
  });

  it("that cannot be read are named with the reason", () => {
    const cases: [string, Uint8Array, string, RegExp][] = [
      ["corpus/a.pdf", bytesOf("%PDF"), "CORPUS_UNREADABLE", /corpus\/a\.pdf cannot be read: its kind is not known/],
      ["corpus/b.md", new Uint8Array([0x66, 0xfc, 0x72]), "CORPUS_UNREADABLE", /b\.md cannot be read: it is not UTF-8/],
      ["corpus/c.txt", bytesOf("a\0b"), "CORPUS_UNREADABLE", /c\.txt cannot be read: it holds NUL/],
      ["corpus/d.txt", new Uint8Array((32 << 20) + 1), "CORPUS_TOO_LARGE", /d\.txt has 33554433 bytes/],
    ];
    for (const [path, bytes, code, message] of cases) {
      assert.throws(() => readDocument(path, bytes), { code, message, place: { file: path } });
    }
  });
});
