// This file shows that no change to a file makes a reader hang, grow without bound, or throw anything but an error that names the file.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KolmError } from "@kolm/format";
import { bytesOf, docx, pdf, picture, readAll, rgba, wav } from "./fixtures.ts";

type Change = { readonly at: number; readonly kind: "flip" | "cut" | "repeat" | "insert"; readonly bytes: Uint8Array };

const changes = fc.array(
  fc.record({
    at: fc.nat({ max: 1 << 20 }),
    kind: fc.constantFrom("flip", "cut", "repeat", "insert"),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function changed(bytes: Uint8Array, list: readonly Change[]): Uint8Array {
  let now = Array.from(bytes);
  for (const { at: place, kind, bytes: with_ } of list) {
    const at = place % Math.max(1, now.length);
    const piece = kind === "repeat" ? now.slice(at, at + 40) : [...with_];
    const rest = kind === "cut" || kind === "flip" ? at + piece.length : at;
    now = [...now.slice(0, at), ...(kind === "cut" ? [] : piece), ...now.slice(rest)];
  }
  return Uint8Array.from(now);
}

/** Of processor time: other programs on the machine do not count. */
function seconds(): number {
  return process.cpuUsage().user / 1e6;
}

/** Whatever comes out is text within bounds, pixels as announced, or the one kind of error. */
async function survives(path: string, bytes: Uint8Array): Promise<void> {
  try {
    for (const found of await readAll(path, bytes, { mostPixels: 1_000_000 })) {
      if (found.kind === "image") assert.equal(found.pixels.length, found.width * found.height * 4);
      if (found.kind === "audio") assert.ok(found.samples.every(Number.isFinite));
      if (found.kind !== "text") continue;
      assert.ok(!found.text.includes("\0"));
      for (const { start, end } of found.sections) assert.ok(0 <= start && start <= end && end <= found.text.length);
    }
  } catch (error) {
    assert.ok(error instanceof KolmError, `${path}: ${error instanceof Error ? error.stack : String(error)}`);
    assert.equal(error.place?.file, path);
    assert.ok(error.hint !== undefined && error.message.startsWith(path));
  }
}

const MAIL = `From: a@x.org\nSubject: =?utf-8?q?=C3=A9?=\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/html; charset=utf-8\n
<p>x</p>\n--B\nContent-Type: application/x; name=a\nContent-Transfer-Encoding: base64\n\nAAAA\n--B--\n`;
const CALENDAR =
  "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=X:20240301T093000\r\nDURATION:PT1H\r\nSUMMARY:x\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20250101\r\n" +
  "ATTENDEE;CN=A:mailto:a@x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const WORD =
  '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>H</w:t></w:r></w:p><w:p><w:r><w:t>text &amp; more</w:t></w:r></w:p>';

const SMALL = rgba(7, 5, (x, y) => [x * 30, y * 50, 9]);

const FILES: readonly (readonly [path: string, runs: number, make: () => Uint8Array | Promise<Uint8Array>])[] = [
  ["a.md", 200, () => bytesOf("---\ntitle: x\n---\n# One\n\ntext *b* [l](u)\n\n## Two\n```\ncode\n```\n")],
  ["a.txt", 200, () => bytesOf("Grüße\n\nund mehr 😀")],
  [
    "a.html",
    200,
    () =>
      bytesOf(
        "<title>T</title><meta charset=utf-8><h1>A</h1><p hidden>x</p><table><tr><td>1</table><pre>é</pre>&amp;&#x41;<!-- c -->",
      ),
  ],
  ["a.csv", 200, () => bytesOf('a,b\n1,"x ""y"", z"\n2,é\n')],
  ["a.tsv", 100, () => bytesOf("a\tb\n1\t2\n")],
  ["a.jsonl", 200, () => bytesOf('{"a":[1,{"b":null}]}\n"x"\n')],
  ["a.json", 200, () => bytesOf('[{"a":[1,{"b":null}]},"x"]')],
  ["a.eml", 200, () => bytesOf(MAIL)],
  [
    "a.mbox",
    200,
    () => bytesOf(`From a@x Mon Jan  1 10:00:00 2024\n${MAIL}\nFrom b@x Mon Jan  1 10:00:00 2024\n${MAIL}`),
  ],
  ["a.ics", 300, () => bytesOf(CALENDAR)],
  ["a.docx", 200, () => docx(WORD)],
  ["a.pdf", 60, () => pdf([["Hello", "", "there"], ["more"]], { outline: "Part" })],
  [
    "a.wav",
    200,
    () =>
      wav([
        [1, 2],
        [3, 4],
      ]),
  ],
  ["a.png", 100, () => picture("png", SMALL)],
  ["a.jpg", 100, () => picture("jpeg", SMALL)],
  ["a.webp", 100, () => picture("webp", SMALL)],
];

describe("a changed file", () => {
  for (const [path, numRuns, make] of FILES) {
    it(`of the kind ${path.slice(1)} gives what it still holds, or an error naming it`, async () => {
      const bytes = await make();
      assert.ok((await readAll(path, bytes)).length > 0);
      const started = seconds();
      await fc.assert(
        fc.asyncProperty(changes, async (list) => survives(path, changed(bytes, list))),
        { numRuns },
      );
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => survives(path, noise)),
        { numRuns: 30 },
      );
      assert.ok(seconds() - started < 15);
    });
  }
});

describe("a file of one piece over and over", () => {
  const pieces: readonly (readonly [path: string, head: string, piece: string])[] = [
    ["a.html", "", "<p>"],
    ["a.html", "", "<b></b>"],
    ["a.html", "<p ", "a=b "],
    ["a.html", "", "&am"],
    ["a.html", "", "<!--"],
    ["a.html", "", "<h1>x</h1>"],
    ["a.csv", "a\n", '""'],
    ["a.csv", "", ","],
    ["a.jsonl", "", "[\n"],
    ["a.json", "", "["],
    ["a.eml", "Subject: x\n", "a: b\n"],
    ["a.eml", "Subject: ", "=?utf-8?q?=41?= "],
    ["a.eml", "From: ", "a@b, "],
    ["a.eml", "From: ", "("],
    ["a.eml", "Subject: x\nContent-Type: text/plain; ", "a*0=b;"],
    ["a.eml", "Subject: x\nContent-Type: multipart/mixed; boundary=B\n\n", "--B\n\n"],
    ["a.mbox", "From a@x Mon Jan  1 10:00:00 2024\nSubject: x\n\n", ">From \n"],
    ["a.ics", "BEGIN:VCALENDAR\r\n", "BEGIN:VEVENT\r\n"],
    ["a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\n", " x\r\n"],
    ["a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "X;A=b:c\r\n"],
    ["a.pdf", "%PDF-1.4\n", "1 0 obj\n<<"],
    ["a.pdf", "%PDF-1.4\n", "1 0 obj <<endobj "],
    ["a.pdf", "%PDF-1.4\n", "1 0 obj (endobj "],
    ["a.pdf", "%PDF-1.4\n", "stream\nx"],
    ["a.pdf", "%PDF-1.4\ntrailer <<", "["],
  ];
  for (const [path, head, piece] of pieces) {
    it(`(${JSON.stringify(head.slice(-24))} and ${JSON.stringify(piece)} in ${path}) is read or refused in time`, async () => {
      const started = seconds();
      await survives(path, bytesOf(head + piece.repeat(Math.ceil(400_000 / piece.length))));
      assert.ok(seconds() - started < 10, `${seconds() - started} s`);
    });
  }
});
