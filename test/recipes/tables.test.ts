// This file checks the tables that examples teach: every key supported, unseen keys left open, certificates honest about them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePack, loadPack } from "@kolm/recipe";
import { type Example, learnText, runText } from "@kolm/recipes/synthesis";
import { createRng } from "@kolm/stage";
import { runStage } from "./run-stage.ts";

const STATES = [
  ["AZ", "Arizona"],
  ["CA", "California"],
  ["CO", "Colorado"],
  ["FL", "Florida"],
  ["NV", "Nevada"],
  ["NY", "New York"],
  ["OR", "Oregon"],
  ["TX", "Texas"],
  ["UT", "Utah"],
  ["WA", "Washington"],
] as const;
const PLACES = ["Springfield", "Fairview", "Salem", "Madison", "Georgetown", "Franklin", "Clinton", "Arlington"];

/** Addresses such as "Salem, OR 97301", with the state's name. */
function addresses(count: number): Example[] {
  const rng = createRng("addresses");
  return Array.from({ length: count }, () => {
    const [code, name] = STATES[rng.integer(STATES.length)] ?? STATES[0];
    const place = PLACES[rng.integer(PLACES.length)] ?? "";
    return { input: `${place}, ${code} ${10_000 + rng.integer(89_999)}`, output: `${name}: ${place}` };
  });
}

test("a table is learnt beside what is copied; a key that was never seen gives nothing", () => {
  const [program] = learnText(addresses(60));
  assert.ok(program);
  const pack = compilePack([program.recipe]);
  assert.equal(runText(pack, "Riverside, NY 10023"), "New York: Riverside");
  assert.equal(runText(pack, "Riverside, ME 04101"), null);
});

test("a key seen once is not believed", () => {
  const examples = addresses(60).filter(({ input }) => !input.includes("TX"));
  const [program] = learnText([...examples, { input: "Salem, TX 75001", output: "Texas: Salem" }]);
  assert.ok(program);
  assert.equal(runText(compilePack([program.recipe]), "Clinton, TX 75002"), null);
});

test("a table with a wrong example among many of its key is learnt by the majority", () => {
  const examples = addresses(100);
  const [first] = examples;
  const wrong = { input: first?.input.replace(/\d{5}/, "11111") ?? "", output: "Texas: nowhere" };
  const [program] = learnText([...examples, wrong], [], { noise: 0.1 });
  assert.ok(program);
  assert.equal(runText(compilePack([program.recipe]), first?.input ?? ""), first?.output);
});

test("examples that repeat no key teach no table", () => {
  const examples = Array.from({ length: 12 }, (_, at) => ({
    input: `k${at}`,
    output: `${"qwertyuiopas".charAt(at)}x`,
  }));
  assert.deepEqual(learnText(examples), []);
});

test("the stage certifies a table, and its certificate holds on addresses nobody has seen", async () => {
  const rows = addresses(600);
  const seen = new Set<string>();
  const lines = rows.slice(0, 300).flatMap(({ input, output }, at) => {
    if (seen.has(input)) return [];
    seen.add(input);
    return [JSON.stringify({ id: `r${at}`, input, output: { where: output } })];
  });
  const contract = { input: { type: "text", maxLength: 100 }, output: { where: { type: "text" } } };
  const { pack, certificates } = await runStage(lines, {}, { contract });
  const [certificate] = certificates.accepted;
  assert.ok(certificate, JSON.stringify(certificates.rejected));
  assert.ok(certificate.heldOut.fired > 250 && certificate.heldOut.right === certificate.heldOut.fired);
  const loaded = loadPack(pack);
  const fresh = rows.slice(300);
  const right = fresh.filter(({ input, output }) => loaded.decide(input).fields.get("where")?.value === output);
  assert.equal(right.length, fresh.length);
});
