// This file compiles one task in two places that share nothing but its text, and compares the artifacts byte for byte.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { access, constants, cp, mkdir, mkdtemp, opendir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { makeWorkspace, type Workspace } from "../support/workspace.ts";

/** What a person, a machine and a shell may have otherwise. */
type Place = {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  /** Order in which the task's files come to be. */
  readonly order: (names: readonly string[]) => readonly string[];
};

/** A task that rules decide, with a corpus: an artifact of recipes, an encoder, vectors and keywords. */
const TASK_FILE = `name: orders
description: Finds the order number a message names.
output:
  order: {type: span}
corpus: corpus
recall: {ship: full}
student: {enabled: false}
recipes: {precision: 0.5}
gate: {k: 0.2, accuracy: 0.2}
`;
const PHRASES = [
  "Where is {}?",
  "{} has not come",
  "please cancel {} today",
  "I sent {} back on Monday",
  "Is {} paid?",
];
const rowsFrom = (first: number, count: number): string =>
  Array.from({ length: count }, (_, at) => {
    const text = `#${first + 37 * at}`;
    const [before = "", after = ""] = `${PHRASES[at % PHRASES.length] ?? ""} ${"so".repeat(at % 3)}`.trim().split("{}");
    const span = { start: before.length, end: before.length + text.length, text };
    return `${JSON.stringify({ input: before + text + after, output: { order: span } })}\n`;
  }).join("");
/** The first example. */
const QUESTION = "Where is #10000?";
const CORPUS = ["zebra.md", "ähre.md", "Index.md", "index-2.md", "10.md", "9.md", "i/ı.md"];
const TASK: Readonly<Record<string, string>> = {
  "tasks/orders/task.yaml": TASK_FILE,
  "tasks/orders/examples.jsonl": rowsFrom(10_000, 40),
  "tasks/orders/evals.jsonl": rowsFrom(50_000, 10),
  ...Object.fromEntries(
    CORPUS.map((name, at) => [
      `tasks/orders/corpus/${name}`,
      `# Chapter ${at}\n\nHow order ${at} is packed and sent.\n`,
    ]),
  ),
};

const made: (string | Workspace)[] = [];
after(async () => {
  for (const one of made.toReversed()) {
    if (typeof one === "string") await rm(one, { recursive: true, force: true });
    else await one[Symbol.asyncDispose]();
  }
});

async function temporary(parent: string, name: string): Promise<string> {
  const folder = await mkdtemp(join(parent, "kolm-place-"));
  made.push(folder);
  const inner = join(folder, name);
  await mkdir(inner);
  return inner;
}

/** The workspace of a place; the signing key is the one of `keys`, since another key must give other bytes. */
async function settle({ folder, env, umask, order }: Place, keys?: Workspace): Promise<Workspace> {
  const before = { env: { ...process.env }, umask: process.umask(umask) };
  Object.assign(process.env, env, { TMPDIR: folder });
  try {
    const workspace = await makeWorkspace();
    made.push(workspace);
    for (const file of order(Object.keys(TASK))) await workspace.write(file, TASK[file] ?? "");
    if (keys !== undefined) await cp(keys.path(".home"), workspace.path(".home"), { recursive: true });
    const { code, stdout, stderr } = await workspace.kolm("compile", "orders");
    assert.equal(code, 0, stdout + stderr);
    return workspace;
  } finally {
    process.umask(before.umask);
    for (const name of [...Object.keys(env), "TMPDIR"]) delete process.env[name];
    Object.assign(process.env, before.env);
  }
}

const artifactOf = (workspace: Workspace): Promise<Buffer> => readFile(workspace.path("dist/orders.kolm"));

async function layersOf(workspace: Workspace): Promise<unknown> {
  const { stdout } = await workspace.kolm("inspect", "dist/orders.kolm", "--json");
  return (JSON.parse(stdout) as { manifest: unknown }).manifest;
}

async function same(one: Workspace, other: Workspace): Promise<void> {
  // The layers first: they say what is not the same.
  assert.deepEqual(await layersOf(other), await layersOf(one));
  assert.ok((await artifactOf(other)).equals(await artifactOf(one)), "manifests are the same, files are not");
}

let first: Workspace;
let second: Workspace;

test("another path, user, locale, time zone, umask and order of files give the same bytes", async (t) => {
  const home = await temporary(tmpdir(), "home");
  first = await settle({
    folder: await temporary(tmpdir(), "a"),
    env: { HOME: home, USER: "ada", LOGNAME: "ada", LANG: "C", LC_ALL: "C", TZ: "UTC" },
    umask: 0o022,
    order: (names) => names,
  });
  const memory = await access("/dev/shm", constants.W_OK).then(
    () => "/dev/shm",
    () => tmpdir(),
  );
  const elsewhere = await temporary(memory, "Ünï code, with 'blanks' and a much longer name");
  second = await settle(
    {
      folder: elsewhere,
      env: {
        HOME: elsewhere,
        USER: "grace",
        LOGNAME: "grace",
        LANG: "tr_TR.UTF-8",
        LC_ALL: "tr_TR.UTF-8",
        TZ: "Pacific/Kiritimati",
      },
      umask: 0o077,
      order: (names) => names.toReversed(),
    },
    first,
  );
  t.diagnostic(`corpus as the file systems list it: ${await listed(first)} | ${await listed(second)}`);
  await same(first, second);
});

async function listed(workspace: Workspace): Promise<string> {
  const names: string[] = [];
  for await (const { name } of await opendir(workspace.path("tasks/orders/corpus"))) names.push(name);
  return names.join(" ");
}

test("a proof that a record was learnt from holds for the file made elsewhere, and an altered one for none", async () => {
  const proved = await first.kolm("prove", "orders", QUESTION, "--out", "proof.json");
  assert.equal(proved.code, 0, proved.stderr);
  const checked = await first.kolm("check-proof", second.path("dist/orders.kolm"), "proof.json");
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  assert.match(checked.stdout, /among the 40 examples/);
  const proof = await readFile(first.path("proof.json"), "utf8");
  assert.deepEqual(proof.match(/#\d{5}/g), ["#10000", "#10000"], "no other record is in it");
  await first.write("altered.json", proof.replaceAll("#10000", "#10001"));
  assert.equal((await first.kolm("check-proof", "dist/orders.kolm", "altered.json")).code, 2);
  assert.match((await first.kolm("prove", "orders", "never seen")).stderr, /RECORD_MISSING/);
});

test(
  "a file system that lists folders in another order at each call gives the same bytes",
  { skip: noDisorder() },
  async () => {
    const [root, mount] = [await temporary(tmpdir(), "root"), await temporary(tmpdir(), "mount")];
    await promisify(execFile)("disorderfs", ["--shuffle-dirents=yes", "--multi-user=no", root, mount]);
    try {
      const place = { folder: mount, env: {}, umask: 0o022, order: (names: readonly string[]) => names };
      await same(first, await settle(place, first));
    } finally {
      await promisify(execFile)("fusermount", ["-u", mount]);
    }
  },
);

function noDisorder(): string | false {
  return spawnSync("disorderfs", ["--version"]).status === 0 ? false : "disorderfs is not installed here";
}
