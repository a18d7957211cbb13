// This file shows that redacted pieces never leave, on the wire of every provider, and that answers come back to the inputs as they are.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Contract } from "@kolm/format";
import { openStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { pieceFinder } from "../../plugins/teach/src/pii/find.ts";
import { KINDS } from "../../plugins/teach/src/pii/options.ts";
import { mask } from "../../plugins/teach/src/pii/placeholders.ts";
import { fakeContext, rowsOf } from "./fake-context.ts";
import { optionsFor, WIRES } from "./server/wires.ts";

const find = pieceFinder({ kinds: [...KINDS], patterns: { PATIENT: "\\bMRN-[0-9]{6}\\b" } });
const found = (text: string): [string, string][] =>
  find(text).map(({ start, end, name }) => [name, text.slice(start, end)]);

describe("private pieces", () => {
  it("are found by kind, those with check digits only when they fit", () => {
    assert.deepEqual(found("write to ann.lee+x@mail.example.co.uk or +44 20 7946 0958."), [
      ["EMAIL", "ann.lee+x@mail.example.co.uk"],
      ["PHONE", "+44 20 7946 0958"],
    ]);
    assert.deepEqual(found("card 4539 1488 0343 6467, IBAN GB82 WEST 1234 5698 7654 32, MRN-104829"), [
      ["CARD", "4539 1488 0343 6467"],
      ["IBAN", "GB82 WEST 1234 5698 7654 32"],
      ["PATIENT", "MRN-104829"],
    ]);
    assert.deepEqual(found("SSN 078-05-1120 from 192.168.0.17 via https://a.example/x?y=1"), [
      ["SSN", "078-05-1120"],
      ["IP", "192.168.0.17"],
      ["URL", "https://a.example/x?y=1"],
    ]);
    const close = "GB82 WEST 1234 5698 7654 33, 4539 1488 0343 6468, version 999.1.1.1, 12.50, order 10482";
    assert.deepEqual(
      found(close).filter(([name]) => name !== "PHONE"),
      [],
    );
    assert.deepEqual(found("cost 12.50, order 10482, at 9:30 on 3 May"), []);
  });

  it("leave placeholders that no input can forge, equal pieces the same one", () => {
    const input = "a@x.example, b@x.example, a@x.example and ⟦EMAIL_1⟧";
    const { text, restore } = mask(input, find);
    assert.equal(text, "⟦EMAIL_2⟧, ⟦EMAIL_3⟧, ⟦EMAIL_2⟧ and ⟦EMAIL_1⟧");
    assert.equal(restore(text), input);
  });

  it("come back at their offsets, whatever stands around them", () => {
    const piece = fc.constantFrom("a@x.example", "+44 20 7946 0958", "word", " ", "é", "⟦", "MRN-104829", ", ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(), fc.nat(), (parts, first, second) => {
        const input = parts.join(" ");
        const { text, output, restore } = mask(input, find);
        assert.equal(restore(text), input);
        const [start, end] = [first % (text.length + 1), second % (text.length + 1)].sort((a, b) => a - b) as [
          number,
          number,
        ];
        const span = { start, end, text: text.slice(start, end) };
        const mapped = output({ x: span });
        const back = mapped?.["x"] as { start: number; end: number; text: string } | undefined;
        if (back === undefined) return;
        assert.equal(back.text, input.slice(back.start, back.end));
        assert.equal(restore(span.text), back.text);
      }),
    );
  });

  it("make an answer unusable that cuts a placeholder in two", () => {
    const { text, output } = mask("mail a@x.example now", find);
    assert.equal(output({ x: { start: 5, end: text.length - 5, text: "" } }), undefined);
  });
});

const CONTACT: Contract = {
  input: { type: "text", maxLength: 1000 },
  output: {
    topic: { type: "enum", values: ["reach", "other"] },
    contact: { type: "span" },
    all: { type: "spans", labels: ["mail"] },
  },
};
const MAIL = "grace.hopper@navy.example";
const PHONE = "+1 (202) 555-0143";
const MRN = "MRN-771204";

for (const wire of WIRES) {
  it(`${wire.name}: redacted pieces never leave, and spans come back as they stand in the input`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "kolm-pii-"));
    const store = await openStore(folder);
    await using server = await wire.start({
      answer: (input) => {
        const piece = /⟦[A-Z]+_\d+⟧/.exec(input)?.[0] ?? null;
        return { topic: "reach", contact: piece, all: piece === null ? [] : [{ label: "mail", text: piece }] };
      },
    });
    const examples = [`Please write to ${MAIL} (${MAIL}), or ring ${PHONE}.`, `${MRN}: see chart`, "nothing private"];
    const { context, written, measure } = await fakeContext({
      contract: CONTACT,
      options: optionsFor(wire, server, { redact: { patterns: { MRN: "MRN-[0-9]{6}" } }, k: 2, concurrency: 1 }),
      examples: examples.map((input) => ({ input, output: { topic: "other", contact: null, all: [] } })),
      unlabelled: [`ask ${MAIL} again`],
      evals: [{ input: `eval about ${PHONE}`, output: { topic: "reach", contact: null, all: [] } }],
      store,
    });
    await teach.run(context);
    await measure();
    await store.close();
    const sent = server.till.calls.map(({ body, headers }) => JSON.stringify({ body, headers })).join("\n");
    assert.equal(server.till.calls.length, 9);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const kept = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "latin1")));
    await rm(folder, { recursive: true });
    for (const original of [MAIL, "grace.hopper", PHONE, "555-0143", MRN, "771204"]) {
      assert.ok(!sent.includes(original), `sent: ${original}`);
      assert.ok(!kept.join("\n").includes(original), `in the memo: ${original}`);
    }
    assert.ok(sent.includes("⟦EMAIL_1⟧ (⟦EMAIL_1⟧), or ring ⟦PHONE_1⟧"));
    assert.ok(sent.includes("stand for private text"), "the teacher is told what a placeholder is");
    const [first, ...others] = rowsOf(written, "answers.jsonl");
    assert.equal(first?.["input"], examples[0]);
    const start = examples[0]?.indexOf(MAIL) ?? -1;
    const span = { start, end: start + MAIL.length, text: MAIL };
    assert.deepEqual(first?.["output"], { topic: "reach", contact: span, all: [{ ...span, label: "mail" }] });
    assert.deepEqual(
      others.map(({ output }) => (output as Record<string, unknown>)["contact"]),
      [{ start: 0, end: MRN.length, text: MRN }, null, { start: 4, end: 4 + MAIL.length, text: MAIL }],
    );
  });
}
