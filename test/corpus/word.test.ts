// This file shows how a Word document becomes sections, and that archives made to fill memory are refused early.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { strToU8, zipSync } from "fflate";
import { docx, readAll, readText, sectionsOf } from "./fixtures.ts";

const p = (text: string, style = ""): string =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

describe("Word", () => {
  it("is cut at headings, told by their style in any language or by its outline level", async () => {
    const level =
      '<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>By </w:t></w:r><w:r><w:t>level</w:t></w:r></w:p>';
    const body = `${p("Intro")}${p("One", "berschrift1")}${p("a &lt;b&gt; ")}${level}${p("c")}${p("Two", "Heading1")}${p("d")}`;
    assert.deepEqual(sectionsOf(await readText("a.docx", docx(body))), [
      ["Terms & more", "Intro"],
      ["One", "a <b>"],
      ["One > By level", "c"],
      ["Two", "d"],
    ]);
  });

  it("keeps tabs, breaks and cells, and leaves out removed text and second spellings", async () => {
    const run = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>";
    const gone =
      "<w:del><w:r><w:delText>no</w:delText><w:t>no</w:t></w:r></w:del><mc:Fallback><w:t>no</w:t></mc:Fallback>";
    const table = `<w:tbl><w:tr><w:tc>${p("1")}</w:tc><w:tc>${p("2")}</w:tc></w:tr></w:tbl>`;
    assert.equal((await readText("a.docx", docx(`<w:p>${run}${gone}</w:p>${table}`))).text.trim(), "a\tb\nc\n\n1\n\n2");
  });

  it("that inflates without measure is refused before it is inflated whole", async () => {
    const bomb = docx("", { "word/document.xml": new Uint8Array(16 << 20) });
    assert.ok(bomb.length < 200_000);
    await assert.rejects(readAll("a.docx", bomb), {
      code: "CORPUS_TOO_LARGE",
      message: /inflates to more than 200 times/,
    });
    // Nothing that is not wanted is inflated.
    const beside = docx(p("x"), { "word/media/image.bmp": new Uint8Array(16 << 20) });
    assert.equal((await readText("a.docx", beside)).text.trim(), "x");
  });

  it("that is broken, encrypted or no document is refused", async () => {
    const whole = docx(p("Hello. ".repeat(500)));
    const cases: [Uint8Array, RegExp][] = [
      [zipSync({ "a.txt": strToU8("x") }), /holds no word\/document\.xml/],
      [strToU8("PK and nothing"), /cannot be read/],
      [Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), /encrypted document or one of Word 97/],
      [docx("<w:p>".repeat(10_000)), /nested more than 4096 deep/],
      [docx("", { "word/document.xml": Uint8Array.of(0x3c, 0xfc) }), /not UTF-8: byte 0xfc at offset 1/],
      [whole.subarray(0, whole.length - 300), /zip container is broken|holds no/],
    ];
    for (const [bytes, message] of cases) {
      await assert.rejects(readAll("a.docx", bytes), { code: "CORPUS_UNREADABLE", message, place: { file: "a.docx" } });
    }
  });
});
