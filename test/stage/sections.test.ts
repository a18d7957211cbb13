// This file tests what the spec stage hands on for stages that may read a file, invent inputs, or meet reviewed rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readSpecRows, type Stage } from "@kolm/stage";
import { memoryStore } from "@kolm/store";
import { z } from "zod";
import { memoryInputs } from "../teach/stage-files.ts";
import { runSpec } from "./run-spec.ts";

const stage: Stage = {
  name: "teach",
  summary: "Reads a tape and invents.",
  section: "teacher",
  options: z.strictObject({ invent: z.boolean().default(false) }),
  reads: [],
  writes: [],
  files: () => [],
  optionalFiles: () => ["tape.jsonl"],
  // The schema above has checked it.
  invents: (options) => (options as { readonly invent: boolean }).invent,
  run: async () => {},
};

const line = (row: object): string => `${JSON.stringify(row)}\n`;

async function spec(extra: Record<string, string>, teacher: object = {}): Promise<Map<string, string>> {
  const output = { mood: { type: "enum", values: ["good", "bad"] } };
  const files = new Map(
    Object.entries({
      "workspace/kolm.workspace.yaml": "bases: {}\n",
      "task/task.yaml": JSON.stringify({
        name: "demo",
        description: "Says what mood a message is in.",
        output,
        teacher,
      }),
      "task/examples.jsonl": line({ input: "a", output: { mood: "good" } }),
      "task/evals.jsonl": line({ input: "held out", output: { mood: "bad" } }),
      ...extra,
    }),
  );
  return runSpec([stage], files);
}

test("a file that need not be there is listed once it is, by its digest", async () => {
  assert.deepEqual(JSON.parse((await spec({})).get("spec/teacher.files.json") ?? ""), []);
  const listed = JSON.parse((await spec({ "task/tape.jsonl": "x" })).get("spec/teacher.files.json") ?? "") as object[];
  const digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
  assert.deepEqual(listed, [{ path: "tape.jsonl", sha256: digest, size: 1 }]);
});

test("only a stage that invents inputs is told what is held out, so that evals rerun no other", async () => {
  assert.equal((await spec({})).has("spec/held-out.jsonl"), false);
  assert.equal((await spec({}, { invent: true })).get("spec/held-out.jsonl"), line({ input: "held out" }));
});

test("a reviewed row stays marked, any other word there is refused", async () => {
  const rows =
    line({ input: "a", output: { mood: "good" }, reviewed: true }) +
    line({ input: "b", output: null, reviewed: false });
  const files = await spec({ "task/examples.jsonl": rows });
  const read = await readSpecRows(memoryInputs(files, memoryStore()), "examples");
  assert.deepEqual(
    read.map(({ input, reviewed }) => [input, reviewed]),
    [
      ["a", true],
      ["b", undefined],
    ],
  );
  const wrong = line({ input: "a", output: null, reviewed: "yes" });
  await assert.rejects(spec({ "task/examples.jsonl": wrong }), { code: "ROW_INVALID", message: /true or false/ });
});
