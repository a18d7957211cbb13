// This file shows how messages and mailboxes become texts with their subject, sender and date.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Found, readCorpusFile } from "@kolm/corpus";
import type { KolmError } from "@kolm/format";
import { bytesOf, inPieces, readAll, readText, sectionsOf } from "./fixtures.ts";

const HEAD =
  "From: =?utf-8?q?Ann_M=C3=BCller?= <ann@x.org>\r\nSubject: Your order\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\n";
const part = (headers: string, body: string): string => `--B\r\n${headers}\r\n\r\n${body}\r\n`;
const mixed = (...parts: string[]): string =>
  `${HEAD}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n${parts.join("")}--B--\r\n`;
const HTML = part("Content-Type: text/html", "<h1>Delivery</h1><p>Tomorrow.<script>no</script>");
const TEXT = part(
  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
  "Gr=C3=BC=C3=9Fe",
);
const EITHER = part(
  "Content-Type: multipart/alternative; boundary=C",
  `${TEXT}${HTML}`.replaceAll("--B", "--C") + "--C--",
);
const FILE = part(
  'Content-Type: application/pdf; name="a b.pdf"\r\nContent-Disposition: attachment; filename="a b.pdf"\r\nContent-Transfer-Encoding: base64',
  "AAAA",
);

describe("a message", () => {
  it("is its text, its attachments by name, its subject, sender and date as facts", async () => {
    const document = await readText("mail/one.eml", mixed(EITHER, FILE));
    assert.deepEqual(sectionsOf(document), [["Your order", "Grüße\n\nAttachments: a b.pdf"]]);
    assert.deepEqual(document.meta, {
      message: 1,
      subject: "Your order",
      from: "Ann Müller <ann@x.org>",
      date: "2024-01-01T09:00:00.000Z",
    });
  });

  it("without plain text is its HTML as a page is read", async () => {
    assert.deepEqual(sectionsOf(await readText("one.eml", mixed(HTML, FILE))), [
      ["Your order > Delivery", "Tomorrow."],
      ["Your order", "Attachments: a b.pdf"],
    ]);
  });

  it("is decoded by the charset it declares, and refused when its bytes are not of it", async () => {
    const bytes = (charset: string): Uint8Array =>
      Uint8Array.from([...bytesOf(`${HEAD}Content-Type: text/plain; charset=${charset}\r\n\r\ncaf`), 0xe9]);
    assert.equal((await readText("a.eml", bytes("iso-8859-1"))).text, "café");
    await assert.rejects(
      readAll("a.eml", bytes("utf-8")),
      /message 1 holds bytes that are not of the charset it declares/,
    );
  });

  it("without headers, or nested without end, is refused", async () => {
    await assert.rejects(readAll("a.eml", "just some text"), /message 1 has no mail headers/);
    const deep = Array.from(
      { length: 500 },
      (_, at) => `Content-Type: multipart/mixed; boundary=B${at}\r\n\r\n--B${at}\r\n`,
    ).join("");
    await assert.rejects(readAll("a.eml", `${HEAD}${deep}`), /message 1 is broken: /);
  });
});

describe("a mailbox", () => {
  const mailbox =
    "From ann@x.org Mon Jan  1 10:00:00 2024\nFrom: ann@x.org\nSubject: One\n\nHello\n>From the start\n\nFrom here on nothing\n\n" +
    "From bob@x.org Mon Jan  1 10:00:00 2024\r\nFrom: bob@x.org\r\nSubject: Two\r\n\r\nBye\r\n\r\n" +
    "From eve@x.org Mon Jan  1 10:00:00 2024\nSubject: Three\n\nlast\n";

  it("is a text a message, cut at its From lines and not at such words in a text", async () => {
    for (const size of [1, 7, 100_000]) {
      const found: Found[] = [];
      for await (const one of readCorpusFile("a.mbox", inPieces(bytesOf(mailbox), size))) found.push(one);
      const told = found.map((one) =>
        one.kind === "text" ? [one.base, one.meta?.["message"], one.meta?.["subject"], one.text] : [],
      );
      assert.deepEqual(told, [
        [0, 1, "One", "Hello\nFrom the start\n\nFrom here on nothing"],
        [42, 2, "Two", "Bye"],
        [45, 3, "Three", "last"],
      ]);
    }
  });

  it("streams: a message is found before the next is read", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield bytesOf(`From a@x Mon Jan  1 10:00:00 2024\nSubject: ${++given}\n\nHello\n\n`);
    }
    let read = 0;
    for await (const one of readCorpusFile("a.mbox", endless())) {
      assert.equal(one.kind, "text");
      if (++read === 50) break;
    }
    assert.ok(given <= 52);
  });

  it("leaves out a broken message when the caller wants to be told", async () => {
    const broken = Uint8Array.from([
      ...bytesOf(
        `${mailbox}\nFrom z@x Mon Jan  1 10:00:00 2024\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n`,
      ),
      0xe9,
      10,
    ]);
    await assert.rejects(readAll("a.mbox", broken), { message: /message 4 holds bytes/, place: { file: "a.mbox" } });
    const told: KolmError[] = [];
    assert.equal((await readAll("a.mbox", broken, { damaged: (error) => told.push(error) })).length, 3);
    assert.equal(told.length, 1);
  });

  it("that is none is refused", async () => {
    for (const text of ["", "Subject: x\n\ny", "\0\0"])
      await assert.rejects(readAll("a.mbox", text), /does not begin with the "From " line/);
  });
});
