// This file shows how a PDF becomes a section a page, and which PDFs are refused.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { chunkDocument } from "@kolm/corpus";
import { bytesOf, pdf, readAll, readText, sectionsOf } from "./fixtures.ts";

const joined = (...parts: (string | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => Array.from(typeof part === "string" ? bytesOf(part) : part)));
const stream = (data: Uint8Array): Uint8Array =>
  joined("%PDF-1.4\n1 0 obj\n<< >>\nstream\r\n", data, "\nendstream\nendobj\n");

describe("PDF", () => {
  it("is a section a page, lines and paragraphs kept apart, empty pages left out", async () => {
    const document = await readText(
      "my_terms.pdf",
      pdf([["First line", "goes on", "", "New paragraph"], [], ["Page three"]]),
    );
    assert.deepEqual(sectionsOf(document), [
      ["my terms", "First line\ngoes on\n\nNew paragraph"],
      ["my terms", "Page three"],
    ]);
    const chunks = chunkDocument(document, 50, (text) => text.length / 4);
    assert.deepEqual(
      chunks.map(({ meta, text }) => [meta, text]),
      [
        [{ page: 1 }, "First line\ngoes on\n\nNew paragraph"],
        [{ page: 3 }, "Page three"],
      ],
    );
  });

  it("is titled by its own title, then by the outline's entries from their page on", async () => {
    assert.deepEqual(sectionsOf(await readText("a.pdf", pdf([["x"]], { title: "The terms" }))), [["The terms", "x"]]);
    assert.deepEqual(sectionsOf(await readText("a.pdf", pdf([["x"], ["y"], ["z"]], { outline: "Part B" }))), [
      ["a", "x"],
      ["Part B", "y"],
      ["Part B", "z"],
    ]);
  });

  it("without text, broken or cut short is refused", async () => {
    const cases: [Uint8Array, RegExp][] = [
      [pdf([[], []]), /none of its 2 pages holds text/],
      [bytesOf("<html>"), /does not begin with %PDF-/],
      [bytesOf("%PDF-1.7 and nothing else"), /the PDF is broken/],
      [pdf([["Hello"]]).subarray(0, 200), /the PDF is broken/],
    ];
    for (const [bytes, message] of cases) {
      await assert.rejects(readAll("a.pdf", bytes), { code: "CORPUS_UNREADABLE", message, place: { file: "a.pdf" } });
    }
  });

  it("that asks for a password is refused", async () => {
    const key = `<${"00".repeat(32)}>`;
    const encrypt = `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >> /ID [<00> <00>]`;
    const closed = new TextDecoder().decode(pdf([["secret"]])).replace("/Info 5 0 R", encrypt);
    await assert.rejects(readAll("a.pdf", closed), {
      message: /is encrypted and asks for a password/,
      hint: /without a password/,
    });
  });

  it("that inflates without measure is refused before it is inflated whole, also when packed twice", async () => {
    const bomb = deflateSync(new Uint8Array(130 << 20));
    for (const data of [bomb, deflateSync(bomb)]) {
      await assert.rejects(readAll("a.pdf", stream(data)), {
        code: "CORPUS_TOO_LARGE",
        message: /inflates to more than 134217728 bytes/,
      });
    }
  });
});
