// This file shows what becomes of programs that a teacher wrote: read strictly, repaired, minimised, held to the same evidence.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field } from "@kolm/format";
import { compilePack, loadPack, type Node, printRecipe } from "@kolm/recipe";
import { minimise } from "../../plugins/recipes/src/candidate/minimise.ts";
import { readCandidates } from "../../plugins/recipes/src/candidate/read.ts";
import { repair } from "../../plugins/recipes/src/candidate/repair.ts";
import type { Answer } from "../../plugins/recipes/src/answers.ts";
import { deskRows } from "./library-desk.ts";
import { CONTRACT, runStage } from "./run-stage.ts";

const LINES = deskRows(500).map((row) => JSON.stringify(row));
const TEXT: Field = { type: "text" };

function candidate(field: string, text: string, seen: readonly string[] = []): string {
  return `${JSON.stringify({ field, by: "test-model", seen, text })}\n`;
}

/** "renew" where one of the verbs stands, else "ask" where one of the others does. */
const WISH: readonly Node[] = [
  { op: "ngram", any: ["please renew", "kindly renew", "could you renew"] },
  { op: "text", value: "renew" },
  { op: "when", if: 0, give: 1 },
  { op: "ngram", any: ["tell me about", "what of", "i wonder about"] },
  { op: "text", value: "ask" },
  { op: "when", if: 3, give: 4 },
  { op: "first", of: [2, 5] },
];

const answersOf = (pairs: readonly (readonly [string, string])[]): Answer[] =>
  pairs.map(([input, output], at) => ({ id: `a${at}`, input, output: new Map([["code", output]]) }));

test("a right program is certified on answers its teacher was not shown, in the teacher's name, and ranked with the others", async () => {
  const seen = deskRows(500)
    .slice(0, 100)
    .map(({ id }) => id);
  const { pack, certificates } = await runStage(
    LINES,
    {},
    { candidates: candidate("wish", JSON.stringify(WISH), seen) },
  );
  const own = certificates.accepted.find(({ recipe }) => recipe === "wish/teacher/0");
  assert.equal(own?.author, "teacher test-model");
  assert.equal(own?.heldOut.fired, 400);
  assert.equal(own?.heldOut.right, 400);
  assert.ok(own.support === 500);
  assert.ok(certificates.accepted.some(({ author, field }) => author === "synthesis" && field === "wish"));
  const { recipes } = loadPack(pack);
  assert.deepEqual(
    recipes.map(({ id }) => id),
    certificates.accepted.map(({ recipe }) => recipe),
  );
  const bounds = certificates.accepted
    .filter(({ field }) => field === "wish")
    .map(({ lowerBound }) => Number(lowerBound));
  assert.deepEqual(
    bounds,
    [...bounds].sort((a, b) => b - a),
  );
  assert.equal(certificates.refused, undefined);
});

test("a program that its teacher was shown every answer of proves nothing", async () => {
  const seen = deskRows(500).map(({ id }) => id);
  const { certificates } = await runStage(LINES, {}, { candidates: candidate("wish", JSON.stringify(WISH), seen) });
  assert.ok(certificates.accepted.every(({ author }) => author === "synthesis"));
  assert.match(certificates.rejected.find(({ author }) => author !== "synthesis")?.reason ?? "", /never fired/);
});

test("a wrong branch is pruned and a wrong constant replaced, by the answers of the other folds", async () => {
  const wrong = structuredClone(WISH) as Node[];
  // The bare word stands in some inputs of either kind.
  wrong[0] = { op: "ngram", any: ["please renew", "kindly renew", "could you renew", "hello"] };
  wrong[4] = { op: "text", value: "renew" };
  const { pack, certificates } = await runStage(LINES, {}, { candidates: candidate("wish", JSON.stringify(wrong)) });
  const certificate = certificates.accepted.find(({ author }) => author !== "synthesis");
  assert.ok(certificate, JSON.stringify(certificates.rejected));
  const recipe = loadPack(pack).recipes.find(({ id }) => id === certificate.recipe);
  assert.ok(recipe !== undefined && !printRecipe(recipe).includes("hello"), recipe && printRecipe(recipe));
});

test("repair falls back to the largest part that is right, and gives nothing up where all is well", () => {
  const answers = answersOf([
    ["id 12 x", "0012"],
    ["id 345 y", "0345"],
    ["id 6 z", "0006"],
  ]);
  const nodes: readonly Node[] = [
    { op: "input" },
    { op: "token", of: 0, run: "digits", at: 0 },
    { op: "pad", of: 1, side: "start", to: 4, with: "0" },
    { op: "text", value: "#" },
    { op: "concat", of: [2, 3] },
  ];
  const repaired = repair(nodes, { name: "code", field: TEXT, answers });
  assert.deepEqual(repaired?.slice(0, 3), nodes.slice(0, 3));
  const pack = compilePack([{ id: "r", field: "code", gives: "text", nodes: [...(repaired ?? [])] }]);
  for (const { input, output } of answers)
    assert.equal(pack.decide(input).fields.get("code")?.value, output?.get("code"));
  assert.equal(repair(nodes.slice(0, 3), { name: "code", field: TEXT, answers })?.length, 3);
});

test("a table loses only the keys it is wrong for; keys nobody has seen stay", () => {
  const table: [string, string][] = [
    ["DE", "Germany"],
    ["FR", "Spain"],
    ["IT", "Italy"],
  ];
  const nodes: readonly Node[] = [
    { op: "input" },
    { op: "token", of: 0, run: "upper", at: 0 },
    { op: "lookup", of: 1, table },
  ];
  const answers = answersOf([
    ["to DE now", "Germany"],
    ["to FR now", "France"],
    ["or DE", "Germany"],
  ]);
  const repaired = repair(nodes, { name: "code", field: TEXT, answers });
  assert.deepEqual(
    repaired?.flatMap((node) => (node.op === "lookup" ? node.table.map(([key]) => key) : [])),
    ["DE", "IT"],
  );
});

test("what changes no answer is dropped", () => {
  const nodes: readonly Node[] = [
    { op: "input" },
    { op: "trim", of: 0 },
    { op: "case", of: 1, to: "upper" },
    { op: "case", of: 2, to: "upper" },
    { op: "text", value: "" },
    { op: "concat", of: [3, 4] },
  ];
  const least = minimise(nodes, { name: "code", field: TEXT, inputs: ["a b", "c"] });
  assert.deepEqual(least, [{ op: "input" }, { op: "case", of: 0, to: "upper" }]);
});

const HOSTILE: readonly (readonly [name: string, text: string, refused: string])[] = [
  ["prose", "I would rather not.", "notJson"],
  ["prose around JSON", 'Here you are: [{"op":"input"}] enjoy', "notJson"],
  ["a path", "/etc/passwd", "notJson"],
  ["an address", "https://example.com/program.json", "notJson"],
  ["a program in another language", "require('child_process').execSync('ls')", "notJson"],
  ["an unknown operation", '[{"op":"shell","of":0}]', "notLanguage"],
  ["an unknown field", '[{"op":"input","file":"/etc/passwd"}]', "notLanguage"],
  ["a forward reference", '[{"op":"trim","of":1},{"op":"input"}]', "notLanguage"],
  ["no list", '{"nodes":[{"op":"input"}]}', "notLanguage"],
  ["the key __proto__", '[{"op":"input","__proto__":{"polluted":true}}]', "badKey"],
  ["the key constructor", '[{"op":"input"},{"op":"trim","of":0,"constructor":1}]', "badKey"],
  ["depth", "[".repeat(30_000), "tooDeep"],
  ["deep objects", `${'{"a":'.repeat(500)}1${"}".repeat(500)}`, "tooDeep"],
  ["a giant", JSON.stringify([{ op: "text", value: "x".repeat(70_000) }]), "tooLong"],
  ["257 nodes", JSON.stringify(Array.from({ length: 257 }, () => ({ op: "input" }))), "notLanguage"],
  ["a pattern beyond RE2", '[{"op":"input"},{"op":"capture","of":0,"pattern":"(?=a)"}]', "notLanguage"],
  [
    "a pattern that is too heavy",
    '[{"op":"input"},{"op":"capture","of":0,"pattern":"(?:a{1000}){1000}"}]',
    "notLanguage",
  ],
  ["a value the field lacks", '[{"op":"text","value":"delete"}]', "beyondField"],
  ["a computed value", '[{"op":"input"}]', "beyondField"],
  ["half a surrogate pair", '[{"op":"\\ud800"}]', "notLanguage"],
  ["nothing", "", "notJson"],
];

test("hostile replies are refused by name in the report, and never throw", async () => {
  const lines = HOSTILE.map(([, text]) => candidate("wish", text)).join("");
  const elsewhere = candidate("nowhere", JSON.stringify(WISH)) + candidate("__proto__", JSON.stringify(WISH));
  const none = `${JSON.stringify({ field: "wish", by: "test-model", seen: [], note: "the teacher refused to answer" })}\n`;
  const { pack, certificates } = await runStage(LINES, {}, { candidates: lines + elsewhere + none });
  const named = certificates.refused?.map(({ refused }) => refused);
  assert.deepEqual(named, [...HOSTILE.map(([, , name]) => name), "beyondField", "beyondField", "none"]);
  for (const { detail, author } of certificates.refused ?? []) {
    assert.equal(author, "teacher test-model");
    assert.ok(detail.length > 0 && detail.length <= 300, detail);
    assert.ok(!detail.includes("passwd") && !detail.includes("example.com"), detail);
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  const { pack: without } = await runStage(LINES);
  assert.deepEqual(pack, without);
});

test("every hostile reply is refused on its own, for a field of any kind", () => {
  const fields: Readonly<Record<string, Field>> = {
    text: { type: "text" },
    flag: { type: "boolean" },
    piece: { type: "span" },
    pieces: { type: "spans", labels: ["name"] },
  };
  const contract = { input: { type: "text" as const, maxLength: 10 }, output: fields };
  for (const field of Object.keys(fields)) {
    const hostile = HOSTILE.filter(([, , name]) => name !== "beyondField");
    const { programs, refusals } = readCandidates(
      hostile.map(([, text]) => candidate(field, text)).join(""),
      "c",
      contract,
    );
    assert.deepEqual([programs.length, refusals.length], [0, hostile.length], field);
  }
  const label = JSON.stringify([
    { op: "find", pattern: "a" },
    { op: "label", of: 0, label: "place" },
  ]);
  assert.equal(readCandidates(candidate("pieces", label), "c", contract).refusals[0]?.refused, "beyondField");
});

test("a damaged file is named with its line", async () => {
  await assert.rejects(runStage(LINES, {}, { candidates: `${candidate("wish", "[]")}{\n` }), {
    code: "CANDIDATES_INVALID",
  });
  assert.ok(CONTRACT.output.wish.values.length === 2);
});
