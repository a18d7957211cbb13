// This file checks the recipes stage as a stage: what it reads and writes, determinism, broken input.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { loadPack } from "@kolm/recipe";
import { RecipesOptions } from "@kolm/recipes";
import { deskRows } from "./library-desk.ts";
import { runStage } from "./run-stage.ts";

const LINES = deskRows(500).map((row) => JSON.stringify({ ...row, votes: 3 }));

test("the stage writes a pack that loads and a certificate for each of its recipes", async () => {
  const { pack, certificates } = await runStage(LINES);
  const ids = loadPack(pack).recipes.map(({ id }) => id);
  assert.deepEqual(
    certificates.accepted.map(({ recipe }) => recipe),
    ids,
  );
  assert.ok(ids.length >= 3);
  assert.equal(certificates.gate, "0.9800");
});

test("the order of the answers changes no byte", async () => {
  const first = await runStage(LINES);
  const second = await runStage([...LINES].reverse());
  assert.deepEqual(second, first);
});

test("a recipe's certificate holds on answers nobody has seen", async () => {
  const { pack } = await runStage(LINES);
  const fresh = deskRows(1_500).slice(500);
  const loaded = loadPack(pack);
  let fired = 0;
  let right = 0;
  for (const { input, output } of fresh) {
    for (const [field, { value }] of loaded.decide(input).fields) {
      fired += 1;
      if (JSON.stringify(value) === JSON.stringify(output?.[field])) right += 1;
    }
  }
  assert.ok(fired > 1_000 && right / fired >= 0.98, `${right} of ${fired}`);
});

test("inputs the teacher gave no usable answer to are not taken for out-of-scope ones", async () => {
  const unanswered = LINES.slice(0, 50).map((line, index) =>
    JSON.stringify({ ...JSON.parse(line), id: `u${index}`, output: null, note: "refused" }),
  );
  assert.deepEqual(await runStage([...LINES, ...unanswered]), await runStage(LINES));
});

test("switched off, the stage writes an empty pack", async () => {
  const { pack, certificates } = await runStage([], { enabled: false });
  assert.deepEqual(loadPack(pack).recipes, []);
  assert.deepEqual(certificates.accepted, []);
});

test("broken answers are refused with their line", async () => {
  for (const line of ["{", "{}", '{"id":"a","input":5,"output":null}', '{"id":"a","input":"x","output":{"f":3}}']) {
    await assert.rejects(
      runStage([LINES[0] ?? "", line]),
      (error) => error instanceof KolmError && error.place?.line === 2,
    );
  }
  await assert.rejects(runStage([""]), { code: "ANSWERS_EMPTY" });
});

test("unknown options are refused", () => {
  assert.equal(RecipesOptions.safeParse({ precison: 0.9 }).success, false);
  assert.equal(RecipesOptions.safeParse({ precision: 1.2 }).success, false);
});

const SHARED = process.env["KOLM_SHARED"] ?? join(import.meta.dirname, "../../../shared");
const SMS = join(SHARED, "data/sms_spam");

test(
  "on real text messages the certified precision holds on the test split",
  { skip: existsSync(SMS) ? false : "no sms_spam data" },
  async () => {
    type Message = { readonly input: string; readonly output: string };
    const load = (file: string): Message[] =>
      readFileSync(join(SMS, file), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Message);
    const lines = load("train.jsonl").map(({ input, output }, index) =>
      JSON.stringify({ id: `sms-${index}`, input, output: { label: output } }),
    );
    const contract = {
      input: { type: "text", maxLength: 2000 },
      output: { label: { type: "enum", values: ["ham", "spam"] } },
    };
    const { pack, certificates } = await runStage(lines, {}, { contract });
    const loaded = loadPack(pack);
    const judged = load("test.jsonl").flatMap(({ input, output }) => {
      const value = loaded.decide(input).fields.get("label")?.value;
      return value === undefined ? [] : [value === output];
    });
    assert.ok(certificates.accepted.length > 0 && judged.length > 400);
    assert.ok(
      judged.filter(Boolean).length / judged.length >= 0.975,
      `${judged.filter(Boolean).length} of ${judged.length}`,
    );
  },
);

const SHELVES = { contract: { input: { type: "text", maxLength: 200 }, output: { label: { type: "text" } } } };

/** Titles of two words with a shelf number, as the labels on their backs. */
function shelfLines(count: number): string[] {
  const words = "amber birch cedar delta ember fjord grove heath islet jetty knoll ledge marsh nadir orbit prism".split(
    " ",
  );
  return Array.from({ length: count }, (_, at) => {
    const [first, second] = [words[at % 16] ?? "", words[(at * 5 + 3) % 16] ?? ""];
    const input = `${first} ${second} no. ${100 + at}`;
    return JSON.stringify({ id: `s${at}`, input, output: { label: `${second.toUpperCase()}/${100 + at}` }, votes: 3 });
  });
}

test("a text field gets a program that is certified by leaving examples out", async () => {
  const { pack, certificates } = await runStage(shelfLines(240), {}, SHELVES);
  const [certificate] = certificates.accepted;
  assert.equal(certificate?.gives, "text");
  assert.deepEqual([certificate.heldOut.fired, certificate.heldOut.right], [240, 240]);
  assert.equal(loadPack(pack).decide("tidal wharf no. 7").fields.get("label")?.value, "WHARF/7");
});

test("with few examples the bound is too low, and the program is rejected with the reason", async () => {
  const { pack, certificates } = await runStage(shelfLines(30), {}, SHELVES);
  assert.equal(loadPack(pack).recipes.length, 0);
  assert.match(certificates.rejected[0]?.reason ?? "", /30 of 30 are right: the lower bound 0\.8\d+ is below 0\.9800/);
});

test("where programs that fit differ on inputs without answer, the recipe abstains and a person is asked", async () => {
  const unlabelled = ["tidal wharf east no. 7", "upper valley west no. 8"];
  const { pack, certificates, questions } = await runStage(shelfLines(240), {}, { ...SHELVES, unlabelled });
  assert.equal(loadPack(pack).decide("tidal wharf east no. 7").fields.size, 0);
  assert.equal(loadPack(pack).decide("tidal wharf no. 7").fields.get("label")?.value, "WHARF/7");
  assert.equal(certificates.accepted[0]?.ambiguity?.inputs, 2);
  assert.deepEqual(questions.map(({ input }) => input).sort(), unlabelled);
  assert.ok(questions.every(({ texts }) => new Set(texts).size > 1));
});
