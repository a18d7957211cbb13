// This file shows how bytes become text: encodings, streams, and what is refused instead of misread.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createChunker, isReadable, readCorpusFile } from "@kolm/corpus";
import { bytesOf, inPieces, readAll, readText } from "./fixtures.ts";

const utf16 = (text: string, little: boolean): Uint8Array => {
  const bytes = [0xfeff, ...Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))].flatMap((unit) =>
    little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255],
  );
  return Uint8Array.from(bytes);
};

describe("text", () => {
  it("is UTF-8 with or without a byte order mark, or UTF-16 with one", async () => {
    for (const bytes of [
      bytesOf("Grüße 😀"),
      bytesOf("\uFEFFGrüße 😀"),
      utf16("Grüße 😀", true),
      utf16("Grüße 😀", false),
    ]) {
      assert.equal((await readText("a.txt", bytes)).text, "Grüße 😀");
      assert.equal((await readText("a.md", bytes)).text, "Grüße 😀");
    }
  });

  it("in another encoding is refused with the offset of its first byte and what it looks like", async () => {
    const latin = Uint8Array.from([...bytesOf("Gr"), 0xfc, ...bytesOf("n")]);
    for (const path of ["a.txt", "a.md", "a.csv"]) {
      await assert.rejects(readAll(path, latin), {
        code: "CORPUS_UNREADABLE",
        message: `${path} cannot be read: it is not UTF-8: byte 0xfc at offset 2; it looks like Windows-1252, where that byte is "ü"`,
        place: { file: path },
      });
    }
    await assert.rejects(
      readAll("a.txt", utf16("ab", true).subarray(2)),
      /NUL bytes .* looks like UTF-16 without a byte order/,
    );
    await assert.rejects(readAll("a.txt", bytesOf("é").subarray(0, 1)), /byte 0xc3 at offset 0/);
    await assert.rejects(readAll("a.txt", utf16("a\ud800b", true)), /half a character stands at or after offset 4/);
    await assert.rejects(
      readAll("a.txt", utf16("ab", false).subarray(0, 5)),
      /half a character stands at or after offset 4/,
    );
  });

  it("decodes alike wherever a stream is cut", async () => {
    const bytes = (text: string): Uint8Array[] => [bytesOf(text), utf16(text, true), utf16(text, false)];
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (text, size) => {
          const clean = text.replace(/^\uFEFF|\0|\p{Surrogate}/gu, "");
          for (const encoded of bytes(clean)) {
            const found = [];
            for await (const one of readCorpusFile("a.txt", inPieces(encoded, size))) found.push(one);
            assert.equal(found.map((one) => (one.kind === "text" ? one.text : "?")).join(""), clean);
          }
        },
      ),
    );
  });

  it("finds the wrong byte of a stream wherever it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 9 }), async (before, size) => {
        const bytes = Uint8Array.from([...bytesOf("é".repeat(before)), 0xff, ...bytesOf("end")]);
        const read = async (): Promise<void> => {
          for await (const one of readCorpusFile("a.txt", inPieces(bytes, size))) assert.equal(one.kind, "text");
        };
        await assert.rejects(read, new RegExp(`byte 0xff at offset ${before * 2};`));
      }),
    );
  });

  it("of any length streams as parts whose offsets go on, and twins keep ids of their own", async () => {
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < 64; at++) yield bytesOf("A sentence of some words, again.\n\n".repeat(2000));
    }
    const chunker = createChunker({ limit: 400, count: (text) => text.split(/\s+/).length });
    const ids = new Set<string>();
    let [parts, at, chunks] = [0, 0, 0];
    for await (const part of readCorpusFile("a.txt", large())) {
      if (part.kind !== "text") assert.fail("a text");
      assert.equal(part.base ?? 0, at);
      assert.ok(part.text.length <= 2 << 20);
      for (const chunk of chunker(part)) {
        chunks += 1;
        ids.add(chunk.id);
        assert.equal(part.text.slice(chunk.start - at, chunk.end - at), chunk.text);
      }
      at += part.text.length;
      parts += 1;
    }
    assert.equal(at, 64 * 2000 * 34);
    assert.ok(parts >= 4);
    assert.equal(ids.size, chunks);
  });

  it("over the cap of the caller is refused, whole or streamed, before it is read", async () => {
    const content = { code: "CORPUS_TOO_LARGE", place: { file: "a.txt" } };
    await assert.rejects(readAll("a.txt", "x".repeat(101), { largestFile: 100 }), {
      ...content,
      message: /has 101 bytes, at most 100/,
    });
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 10_000;
        yield new Uint8Array(10_000).fill(97);
      }
    }
    const read = async (path: string): Promise<void> => {
      for await (const one of readCorpusFile(path, endless(), path === "a.txt" ? { largestFile: 20_000_000 } : {}))
        void one;
    };
    await assert.rejects(read("a.txt"), content);
    assert.ok(given <= 20_010_000);
    given = 0;
    await assert.rejects(read("a.pdf"), { code: "CORPUS_TOO_LARGE", place: { file: "a.pdf" } });
    assert.ok(given <= (32 << 20) + 10_000);
  });

  it("is read until the caller stops it", async () => {
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    await assert.rejects(readAll("a.txt", "x", { signal: stop.signal }), /stopped/);
  });

  it("of an unknown kind is refused with the kinds there are", async () => {
    assert.ok(isReadable("A/B.PDF") && !isReadable("a.exe") && !isReadable("pdf/readme"));
    await assert.rejects(readAll("a.exe", "x"), { message: /its kind is not known/, hint: /\.md, .*\.wav/ });
  });
});
