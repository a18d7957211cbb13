// This file shows how tables and JSON become a section a row.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Found, type Meta, readCorpusFile } from "@kolm/corpus";
import type { KolmError } from "@kolm/format";
import { bytesOf, inPieces, readAll, readText, sectionsOf } from "./fixtures.ts";

const metas = async (path: string, text: string, options = {}): Promise<(Meta | undefined)[]> =>
  (await readText(path, text, options)).sections.map(({ meta }) => meta);

describe("CSV", () => {
  const table = 'name,what,year\r\nAnn,"likes ""x"",\r\nand y",2020\r\n\r\nBob,,2021\r\n';

  it("is a section a row, its columns named, its row and line told", async () => {
    assert.deepEqual(sectionsOf(await readText("a/good_people.csv", table)), [
      ["good people", 'name: Ann\nwhat: likes "x",\nand y\nyear: 2020'],
      ["good people", "name: Bob\nyear: 2021"],
    ]);
    assert.deepEqual(await metas("a.csv", table), [
      { row: 1, line: 2 },
      { row: 2, line: 5 },
    ]);
  });

  it("takes titles, text and facts from the columns named", async () => {
    const rows = { title: ["name", "year"], text: ["what"], meta: ["year"] };
    assert.deepEqual(sectionsOf(await readText("a.csv", table, { rows })), [["Ann · 2020", 'likes "x",\nand y']]);
    assert.deepEqual(await metas("a.csv", table, { rows: { meta: ["year"] } }), [
      { row: 1, line: 2, year: "2020" },
      { row: 2, line: 5, year: "2021" },
    ]);
    const found = /it has no column "who", only "name", "what", "year"/;
    await assert.rejects(readAll("a.csv", table, { rows: { text: ["who"] } }), {
      message: found,
      place: { file: "a.csv", line: 1 },
    });
  });

  it("may be cut by semicolons or tabs, and a tsv file knows no quotes", async () => {
    assert.deepEqual(sectionsOf(await readText("a.csv", "a;b\n1,5;2\n")), [["a", "a: 1,5\nb: 2"]]);
    assert.deepEqual(sectionsOf(await readText("a.tsv", 'a\tb\n5" pipe\tx,y\n')), [["a", 'a: 5" pipe\nb: x,y']]);
  });

  it("that is broken names the line", async () => {
    const cases: [string, number, RegExp][] = [
      ['a,b\n1,"2\n3,4\n', 2, /the quote opened on line 2 is never closed/],
      ['a,b\n1,2\n3,"4"x\n', 3, /on line 3, "x" follows a closing quote/],
      ['a,b\n1,2"3"\n', 2, /on line 2, a quote stands inside the field/],
      ["a,b\n1,2\n1,2,3\n", 3, /line 3 has 3 fields, the first line has 2/],
    ];
    for (const [text, line, message] of cases) {
      await assert.rejects(readAll("a.csv", text), {
        code: "CORPUS_UNREADABLE",
        message,
        place: { file: "a.csv", line },
      });
    }
  });

  it("with a quote that swallows the file is refused after a few MiB, not at its end", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield bytesOf('a\n"');
      for (; ; given += 64_000) yield bytesOf("x".repeat(63_999) + "\n");
    }
    const read = async (): Promise<void> => {
      for await (const one of readCorpusFile("a.csv", endless())) assert.equal(one.kind, "text");
    };
    await assert.rejects(read, { code: "CORPUS_TOO_LARGE", hint: /line 2: a quote opened there/ });
    assert.ok(given < 8 << 20);
  });

  it("reads back any values written as RFC 4180 says, wherever the stream is cut", async () => {
    const value = fc.string({
      unit: fc.constantFrom("a", "é", '"', ",", "\n", ";", " ", "😀"),
      minLength: 1,
      maxLength: 8,
    });
    const rows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (values, size) => {
        const file = ["a,b", ...values.map((row) => row.map(quoted).join(","))].join("\n");
        const found: Found[] = [];
        for await (const one of readCorpusFile("a.csv", inPieces(bytesOf(file), size), {
          rows: { meta: ["a", "b"], text: ["a"] },
        }))
          found.push(one);
        const sections = found.flatMap((one) => (one.kind === "text" ? one.sections : []));
        const kept = values.map((row, at) => ({ row, at })).filter(({ row }) => row[0].trim() !== "");
        assert.deepEqual(
          sections.map(({ meta }) => [meta?.["row"], meta?.["a"], meta?.["b"]]),
          kept.map(({ row, at }) => [at + 1, row[0], row[1]]),
        );
      }),
    );
  });

  it("of many rows streams as parts of bounded size", async () => {
    async function* large(): AsyncGenerator<Uint8Array> {
      yield bytesOf("id,text\n");
      for (let at = 0; at < 200; at++) yield bytesOf(`${at},${"word ".repeat(1000)}\n`);
    }
    let [rows, parts, at] = [0, 0, 0];
    for await (const one of readCorpusFile("a.csv", large())) {
      if (one.kind !== "text") assert.fail("a text");
      assert.equal(one.base ?? 0, at);
      at += one.text.length;
      parts += 1;
      rows += one.sections.length;
      assert.ok(one.text.length < 300_000);
    }
    assert.deepEqual([rows, parts >= 3], [200, true]);
  });
});

describe("JSON", () => {
  it("lines are a section each, nested values spelled as JSON", async () => {
    const text = '{"q":"Where?","n":1,"tags":["a","b"],"o":{"x":[1]},"none":null}\n\n"plain"\n[1,2]\n';
    assert.deepEqual(
      sectionsOf(await readText("faq.jsonl", text)).map(([, body]) => body),
      ['q: Where?\nn: 1\ntags: a, b\no: {"x":[1]}', "plain", "1, 2"],
    );
    assert.deepEqual(await metas("faq.jsonl", text, { rows: { meta: ["n"] } }), [
      { row: 1, line: 1, n: 1 },
      { row: 2, line: 3 },
      { row: 3, line: 4 },
    ]);
  });

  it("lists are rows, other values one section", async () => {
    assert.deepEqual(
      sectionsOf(
        await readText("a.json", '[{"t":"A","b":"x"},{"t":"B","b":"y"}]', { rows: { title: ["t"], text: ["b"] } }),
      ),
      [
        ["A", "x"],
        ["B", "y"],
      ],
    );
    assert.deepEqual(sectionsOf(await readText("a.json", '{"t":"A"}')), [["a", "t: A"]]);
  });

  it("that is broken names the line; with damaged given that line alone is left out", async () => {
    const text = '{"a":1}\n{bad\n{"a":2}\n';
    await assert.rejects(readAll("a.jsonl", text), {
      message: /line 2 is not JSON/,
      place: { file: "a.jsonl", line: 2 },
    });
    const told: KolmError[] = [];
    const found = await readText("a.jsonl", text, { damaged: (error) => told.push(error) });
    assert.deepEqual(
      sectionsOf(found).map(([, body]) => body),
      ["a: 1", "a: 2"],
    );
    assert.deepEqual(
      told.map(({ place }) => place),
      [{ file: "a.jsonl", line: 2 }],
    );
    await assert.rejects(readAll("a.json", "{"), /it is not JSON/);
    await assert.rejects(readAll("a.json", `[{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}]`), {
      code: "CORPUS_UNREADABLE",
    });
  });
});
