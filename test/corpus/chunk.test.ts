// This file shows how documents are cut into passages of bounded length along their structure.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { chunkDocument } from "@kolm/corpus";
import { readDocument } from "@kolm/corpus";

const count = (text: string): number => text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)?.length ?? 0;
const chunksOf = (text: string, limit: number, path = "doc.md") =>
  chunkDocument(readDocument(path, new TextEncoder().encode(text)), limit, count);

describe("chunks", () => {
  it("hold whole paragraphs as long as these fit, then whole sentences", () => {
    const chunks = chunksOf("# T\nOne two. Three four.\n\nFive six.\n\nSeven eight nine ten. Eleven twelve.", 9);
    assert.deepEqual(
      chunks.map(({ text }) => text),
      ["One two. Three four.", "Five six.", "Seven eight nine ten. Eleven twelve."],
    );
    const small = chunksOf("Seven eight nine ten. Eleven twelve.", 6);
    assert.deepEqual(
      small.map(({ text }) => text),
      ["Seven eight nine ten.", "Eleven twelve."],
    );
  });

  it("never cross a heading and say which file, section and place they come from", () => {
    const text = "# A\nx\n## B\ny";
    const chunks = chunksOf(text, 20);
    assert.deepEqual(
      chunks.map(({ title, source, start, end }) => [title, source, text.slice(start, end)]),
      [
        ["A", "doc.md", "x"],
        ["A > B", "doc.md", "y"],
      ],
    );
    assert.equal(chunks[1]?.embedded, "A > B\ny");
  });

  it("are the text at their offsets, in order, within the limit, and lose no word", () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9.,!?éß😀#*-]{1,12}$/u);
    const text = fc.array(fc.tuple(word, fc.constantFrom(" ", "\n", "\n\n", ". ", "\r\n\r\n")), { maxLength: 120 });
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 40 }), (pieces, limit) => {
        const whole = pieces.flat().join("");
        const chunks = chunksOf(whole, limit, "a.txt");
        let last = 0;
        for (const chunk of chunks) {
          assert.equal(chunk.text, whole.slice(chunk.start, chunk.end));
          assert.ok(chunk.start >= last && chunk.text.trim() === chunk.text && chunk.text !== "");
          assert.equal(whole.slice(last, chunk.start).trim(), "");
          assert.ok(count(chunk.embedded) <= limit);
          last = chunk.end;
        }
        assert.equal(whole.slice(last).trim(), "");
      }),
    );
  });

  it("cut even a word that is longer than a passage, never through a character", () => {
    const chunks = chunkDocument(
      readDocument("a.txt", new TextEncoder().encode("😀".repeat(300))),
      20,
      (text) => text.length,
    );
    assert.equal(chunks.map(({ text }) => text).join(""), "😀".repeat(300));
    for (const { text } of chunks) assert.ok(text.length <= 20 && !/\p{Surrogate}/u.test(text));
  });

  it("keep their ids when another passage is edited, and twins have ids of their own", () => {
    const ids = (text: string): string[] => chunksOf(text, 12).map(({ id }) => id);
    const [first, second, third] = ids("# A\none\n# B\ntwo\n# C\nthree");
    assert.deepEqual(
      ids("# A\none\n# B\nother\n# C\nthree").filter((id) => id === first || id === third),
      [first, third],
    );
    assert.ok(!ids("# A\none\n# B\nother\n# C\nthree").includes(second ?? ""));
    assert.equal(new Set(ids("# A\nsame\n# B\nsame")).size, 2);
    assert.notEqual(chunksOf("x", 9, "a.md")[0]?.id, chunksOf("x", 9, "b.md")[0]?.id);
  });

  it("carry the facts of their document and section", () => {
    const sections = [{ title: "t", start: 0, end: 3, meta: { row: 1, of: "section" } }];
    const [chunk] = chunkDocument(
      { path: "a.csv", text: "abc", sections, base: 100, meta: { of: "file", x: true } },
      9,
      count,
    );
    assert.deepEqual(chunk?.meta, { of: "section", x: true, row: 1 });
    assert.deepEqual([chunk?.start, chunk?.end], [100, 103]);
    assert.equal(chunksOf("plain", 9)[0]?.meta, undefined);
  });

  it("take a count of tokens that grows with the text, whatever it is made of", () => {
    for (const piece of [
      "One sentence here. ",
      "a paragraph\n\n",
      "word ",
      "x",
      "a line\n",
      "[",
      ") ",
      "*a",
      "😀",
      ". \n ",
    ]) {
      let counted = 0;
      const counting = (text: string): number => {
        counted += text.length;
        return count(text);
      };
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      chunkDocument(readDocument("a.txt", new TextEncoder().encode(text)), 96, counting);
      assert.ok(counted < 16 * text.length, `${JSON.stringify(piece)}: ${counted / text.length} times`);
    }
  });
});
