// This file shows `kolm review` asking where a recipe's programs differ, and that one answer settles it for the next compile.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { loadPack } from "@kolm/recipe";
import { runIn } from "../kolm/command.ts";
import { makeWorkspace, type Workspace } from "../support/workspace.ts";

// Day and month are equal in every example: which of them comes first is anybody's guess.
const DATES = Array.from({ length: 7 }, (_, at) => `${at + 1}/${at + 1}/${1990 + 2 * at}`);
const UNCLEAR = ["4/9/2012", "7/8/2013", "10/11/2014"];
const isoOf = (text: string): string => {
  const [day = "", month = "", year = ""] = text.split("/");
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
};
const lines = (inputs: readonly string[]): string =>
  inputs.map((input) => `${JSON.stringify({ input, output: { day: isoOf(input) } })}\n`).join("");

let workspace: Workspace;
before(async () => {
  const task = {
    name: "days",
    description: "Writes a day as ISO 8601.",
    output: { day: { type: "text" } },
    unlabelled: "more.txt",
    teacher: { provider: "labels" },
    student: { enabled: false },
    recipes: { precision: 0.6 },
  };
  workspace = await makeWorkspace({
    "tasks/days/task.yaml": JSON.stringify(task),
    "tasks/days/examples.jsonl": lines(DATES),
    "tasks/days/evals.jsonl": lines(["13/3/2001"]),
    "tasks/days/more.txt": UNCLEAR.map((input) => `${input}\n`).join(""),
  });
});
after(() => workspace[Symbol.asyncDispose]());

async function kolm(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runIn(workspace.root, words);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** What the recipes of the last compile say about the unclear inputs. */
async function compiled(): Promise<unknown[]> {
  for (const stage of ["spec", "teach", "recipes"]) await kolm("stage", stage, "days");
  const pack = loadPack(await readFile(workspace.path(".kolm/tasks/days/recipes/pack.json")));
  assert.equal(pack.recipes.length, 1);
  return UNCLEAR.map((input) => pack.decide(input).fields.get("day")?.value);
}

type Listed = {
  readonly id: string;
  readonly input: string;
  readonly why: string;
  readonly votes: { output: unknown }[];
};
const review = async (): Promise<Listed[]> =>
  (JSON.parse(await kolm("review", "days", "--json")) as { readonly rows: Listed[] }).rows;

test("where programs that fit the examples differ, the recipe abstains and review asks; one answer settles all of it", async () => {
  assert.deepEqual(await compiled(), [undefined, undefined, undefined]);
  const asked = await review();
  assert.deepEqual(
    asked.map(({ input, why }) => `${why} ${input}`).toSorted(),
    UNCLEAR.map((input) => `programs ${input}`).toSorted(),
  );
  const question = asked.find(({ input }) => input === "4/9/2012");
  assert.deepEqual(
    question?.votes.map(({ output }) => output),
    [{ day: "2012-04-09" }, { day: "2012-09-04" }],
  );
  assert.match(
    await kolm("review", "days"),
    /programs that fit the examples differ[^]*"4\/9\/2012"[^]*simplest \{"day":"2012-04-09"\}/,
  );

  await kolm("review", "days", "--accept", question?.id ?? "", "--label", '{"day": "2012-09-04"}');
  assert.deepEqual(await compiled(), ["2012-09-04", "2013-08-07", "2014-11-10"]);
  assert.deepEqual(await review(), []);
});
