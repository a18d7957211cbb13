// This file tests that what a user gets wrong is refused with its place, the fix and exit code 1, before anything is trained.
import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeWorkspace, smallTask, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
const files = smallTask();
const yaml = files["tasks/greeter/task.yaml"] ?? "";
const examples = files["tasks/greeter/examples.jsonl"] ?? "";
const evals = files["tasks/greeter/evals.jsonl"] ?? "";

before(async () => {
  workspace = await makeWorkspace();
});
after(() => workspace[Symbol.asyncDispose]());

const CASES: readonly (readonly [name: string, edit: Record<string, string | null>, expected: RegExp])[] = [
  ["malformed YAML", { "task.yaml": `${yaml}gate: [\n` }, /YAML_SYNTAX: tasks\/greeter\/task\.yaml:\d+:\d+ /],
  [
    "an unknown key",
    { "task.yaml": `${yaml}teachers: {}\n` },
    /SCHEMA: tasks\/greeter\/task\.yaml:\d+:1 .*"teachers"[\s\S]*Did you mean "teacher"/,
  ],
  [
    "an option out of range",
    { "task.yaml": yaml.replace("epochs: 4", "epochs: -4") },
    /SCHEMA: tasks\/greeter\/task\.yaml:7:\d+ student\.epochs/,
  ],
  [
    "another name than the folder's",
    { "task.yaml": yaml.replace("name: greeter", "name: greater") },
    /TASK_NAME: tasks\/greeter\/task\.yaml:1:7/,
  ],
  ["a base that is not listed", { "task.yaml": `${yaml}base: minilm\n` }, /BASE_UNKNOWN: .*"minilm"[\s\S]*use-lite/],
  ["missing examples", { "examples.jsonl": null }, /FILE_MISSING: .*examples\.jsonl, which does not exist/],
  ["empty examples", { "examples.jsonl": "\n" }, /ROWS_EMPTY: tasks\/greeter\/examples\.jsonl:1 /],
  ["a broken row", { "examples.jsonl": `${examples}{"input": \n` }, /ROW_INVALID: tasks\/greeter\/examples\.jsonl:21/],
  [
    "duplicate rows",
    { "examples.jsonl": examples + (examples.split("\n")[2] ?? "") },
    /ROW_DUPLICATE: tasks\/greeter\/examples\.jsonl:21 .*line 3/,
  ],
  [
    "a label not in the enum",
    { "evals.jsonl": evals.replace('"goodbye"', '"godbye"') },
    /ROW_INVALID: tasks\/greeter\/evals\.jsonl:5 .*"godbye"[\s\S]*Did you mean "goodbye"/,
  ],
  ["a missing corpus", { "task.yaml": `${yaml}corpus: docs\n` }, /FILE_MISSING: .*corpus names docs/],
  ["a file outside the task", { "task.yaml": `${yaml}examples: ../other.jsonl\n` }, /SCHEMA: .*inside the task folder/],
];

for (const [name, edit, expected] of CASES) {
  test(`${name} is named with its place and the fix`, async () => {
    await rm(workspace.path("tasks"), { recursive: true, force: true });
    for (const [file, text] of Object.entries(files)) await workspace.write(file, text);
    for (const [file, text] of Object.entries(edit)) {
      if (text === null) await rm(workspace.path("tasks/greeter", file));
      else await workspace.write(`tasks/greeter/${file}`, text);
    }
    // Straight to the stage: what Nx adds around it is tested by the other scenarios.
    const { code, stderr } = await workspace.kolm("stage", "spec", "greeter");
    assert.equal(code, 1, stderr);
    assert.match(stderr, expected);
    assert.match(stderr, /fix: /);
  });
}

test("a base whose bytes are not the pinned ones names file, found and expected", async () => {
  const wrong = "0".repeat(64);
  await workspace.write("encoder.onnx", "not these bytes");
  await workspace.write("tokenizer.json", "{}");
  const base = {
    source: "file:encoder.onnx",
    tokenizer: "file:tokenizer.json",
    sha256: { model: wrong, tokenizer: wrong },
    names: { ids: "i", mask: "m", tokens: "t" },
    hidden: 8,
    maxTokens: 8,
    licence: "MIT",
  };
  await workspace.write("kolm.workspace.yaml", JSON.stringify({ bases: { own: base } }));
  const { code, stderr } = await workspace.kolm("stage", "base", "own");
  assert.equal(code, 1, stderr);
  assert.match(stderr, /BASE_ALTERED: .*encoder\.onnx/);
  assert.ok(stderr.includes(wrong), stderr);
  assert.match(stderr, /fix: /);
});

test("a pin of the workspace that is not the package's is named with the file, and nothing is converted", async () => {
  const pinned = await readFile(join(import.meta.dirname, "../../kolm.workspace.yaml"), "utf8");
  await workspace.write("kolm.workspace.yaml", pinned.replace("1ad860b9", "0ad860b9"));
  const { code, stderr } = await workspace.kolm("stage", "base", "use-lite");
  assert.equal(code, 1, stderr);
  assert.match(stderr, /BASE_ALTERED: .*dist\/vocab\.json/);
  assert.match(stderr, /0ad860b9/);
});
