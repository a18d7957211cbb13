// This file shows the commands around a teacher as a user runs them: plan, teach, record, replay offline, review and settle.
import assert from "node:assert/strict";
import { appendFile, readFile, rm } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { type OpenAIServer, startOpenAI } from "../teach/server/openai.ts";
import { makeWorkspace, type Workspace } from "../support/workspace.ts";
import { type Ran, runIn } from "./command.ts";

let server: OpenAIServer;
let workspace: Workspace;
const EXAMPLES = "tasks/mood/examples.jsonl";
const rows = [
  '{"input": "a fine day",   "output": {"mood": "good", "word": null}}',
  "",
  '{"output": {"mood": "good", "word": null}, "input": "oh, great, rain"}\r',
  '{"input": "never again", "output": {"mood": "bad", "word": "never"}}',
];

before(async () => {
  server = await startOpenAI({
    answer: (input) => ({ mood: /rain|never/.test(input) ? "bad" : "good", word: null }),
  });
  const task = {
    name: "mood",
    description: "Says whether a message is in a good mood.",
    output: { mood: { type: "enum", values: ["good", "bad"] }, word: { type: "span" } },
    unlabelled: "more.txt",
    teacher: { provider: "openai", model: "m", baseURL: server.baseURL, price: { input: 1, output: 2 } },
  };
  workspace = await makeWorkspace({
    "tasks/mood/task.yaml": JSON.stringify(task),
    [EXAMPLES]: rows.join("\n"),
    "tasks/mood/evals.jsonl": `${JSON.stringify({ input: "held out", output: { mood: "good", word: null } })}\n`,
    "tasks/mood/more.txt": "one more\nand another\nA fine day!\n",
  });
});
after(async () => {
  await workspace[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const run = (...words: string[]): Promise<Ran> => runIn(workspace.root, words);
const kolm = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...words);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
};
const json = async (...words: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(await kolm(...words, "--json")) as Record<string, unknown>;
type Listed = { id: string; input: string; why: string };
const review = async (): Promise<Listed[]> => (await json("review", "mood"))["rows"] as Listed[];
const read = (file: string): Promise<string> => readFile(workspace.path(file), "utf8");

describe("kolm plan, teach and review", () => {
  it("have help", async () => {
    for (const [command, words] of [
      ["plan", /calls nothing/],
      ["teach", /--record/],
      ["review", /--accept <id>/],
    ] as const)
      assert.match(await kolm(command, "--help"), words);
  });

  it("plan says what teaching will take, and teaching takes that", async () => {
    const words = await kolm("plan", "mood");
    assert.match(words, /label +5 questions: 0 known, 5 calls to make/);
    assert.match(words, /measure +1 questions: 0 known, 1 calls to make/);
    assert.equal(server.till.calls.length, 0);
    assert.match(
      await kolm("teach", "mood"),
      /calls +5,[^]*tokens +500 in, 50 out[^]*cost +0\.0006 USD[^]*to review +2/,
    );
    assert.equal(server.till.calls.length, 5);
    const { plans } = (await json("plan")) as {
      plans: { task: string; total: { calls: number; usd: { paid: string } } }[];
    };
    assert.deepEqual(
      plans.map(({ task, total }) => [task, total.calls, total.usd.paid]),
      [["mood", 1, "0.0006"]],
    );
  });

  it("review lists disputes; settling one changes its line and no other byte, and it is not listed again", async () => {
    const listed = await review();
    assert.deepEqual(listed.map(({ input, why }) => `${why}: ${input}`).toSorted(), [
      "human: never again",
      "human: oh, great, rain",
    ]);
    assert.match(
      await kolm("review", "mood"),
      /people say otherwise[^]*people +\{"mood":"good","word":null\}[^]*teacher +\{"mood":"bad"/,
    );
    const idOf = (input: string): string => listed.find((one) => one.input === input)?.id ?? "";
    await kolm("review", "mood", "--accept", idOf("oh, great, rain"));
    const settled = '{"input":"oh, great, rain","output":{"mood":"bad","word":null},"reviewed":true}\r';
    assert.equal(await read(EXAMPLES), [rows[0], rows[1], settled, rows[3]].join("\n"));
    await kolm("review", "mood", "--keep", idOf("never again"));
    const kept = '{"input":"never again","output":{"mood":"bad","word":"never"},"reviewed":true}';
    assert.equal(await read(EXAMPLES), [rows[0], rows[1], settled, kept].join("\n"));
    await kolm("teach", "mood");
    assert.deepEqual(await review(), []);
    assert.match(await read(".kolm/tasks/mood/teach/answers.jsonl"), /"input":"never again"[^\n]*"text":"never"/);
  });

  it("review refuses what is no row, no answer to the task, or half a decision", async () => {
    const before = await read(EXAMPLES);
    await appendFile(
      workspace.path(EXAMPLES),
      '\n{"input": "sleet and rain", "output": {"mood": "good", "word": null}}',
    );
    await kolm("teach", "mood");
    const [row] = await review();
    assert.equal(row?.input, "sleet and rain");
    const fails = async (code: number, message: RegExp, ...words: string[]): Promise<void> => {
      const ran = await run("review", "mood", ...words);
      assert.equal(ran.code, code, ran.stdout + ran.stderr);
      assert.match(ran.stderr, message);
    };
    await fails(1, /REVIEW_UNKNOWN/, "--accept", "000000000000");
    await fails(
      1,
      /ROW_INVALID[^]*Did you mean "good"/,
      "--accept",
      row?.id ?? "",
      "--label",
      '{"mood": "goood", "word": null}',
    );
    await fails(64, /no JSON/, "--accept", row?.id ?? "", "--label", "{");
    await fails(64, /--label needs/, "--label", "null");
    await fails(64, /one question/, "--accept", "a", "--keep", "b");
    const label = '{"mood": "bad", "word": {"text": "rain", "start": 10}}';
    await kolm("review", "mood", "--accept", row?.id ?? "", "--label", label);
    assert.equal(
      await read(EXAMPLES),
      `${before}\n{"input":"sleet and rain","output":{"mood":"bad","word":{"text":"rain","start":10}},"reviewed":true}`,
    );
  });

  it("teach --record writes a cassette from which an empty workspace teaches offline", async () => {
    const { cassette, requests } = await json("teach", "mood", "--record");
    // One example in dispute was settled by people; the teacher is asked of the others and of the eval.
    assert.deepEqual([cassette, requests], ["tasks/mood/teacher.cassette.jsonl", 4]);
    const answers = await read(".kolm/tasks/mood/teach/answers.jsonl");
    const calls = server.till.calls.length;
    await rm(workspace.path(".kolm"), { recursive: true });
    await kolm("teach", "mood", "--offline");
    assert.equal(await read(".kolm/tasks/mood/teach/answers.jsonl"), answers);
    const tape = await read("tasks/mood/teacher.cassette.jsonl");
    await kolm("teach", "mood", "--record", "--offline");
    assert.equal(await read("tasks/mood/teacher.cassette.jsonl"), tape);
    assert.equal(server.till.calls.length, calls);
  });

  it("teach --offline names the input that nobody has answered; the cassette belongs to the fingerprint", async () => {
    await appendFile(workspace.path("tasks/mood/more.txt"), "brand new\n");
    const { code, stderr, stdout } = await run("teach", "mood", "--offline");
    assert.equal(code, 1, stdout);
    assert.match(stderr, /TEACHER_OFFLINE[^]*"brand new"[^]*--record/);
    await appendFile(workspace.path("tasks/mood/teacher.cassette.jsonl"), "{}\n");
    const broken = await run("teach", "mood");
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /CASSETTE[^]*teacher\.cassette\.jsonl:5/);
  });

  it("a task that is not there is named", async () => {
    for (const command of ["plan", "teach", "review"]) {
      const { code, stderr } = await run(command, "nobody");
      assert.equal(code, 1);
      assert.match(stderr, /TASK_MISSING/);
    }
  });
});
