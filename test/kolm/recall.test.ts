// This file checks `kolm recall` as a user types it: own files added, listed, searched with the sealed ones, and removed.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { indexLayers, MANUAL, NOTES } from "../runtime/side-artifact.ts";
import { runIn } from "./command.ts";
import { recipeArtifact } from "./recipe-artifact.ts";

type Hits = { readonly hits: readonly { readonly source: string; readonly text: string; readonly origin?: string }[] };
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kolm-recall-"));
  writeFileSync(
    join(folder, "manual.kolm"),
    await recipeArtifact({ extra: Object.fromEntries(await indexLayers(MANUAL)) }),
  );
  mkdirSync(join(folder, "notes/deep"), { recursive: true });
  for (const [at, text] of NOTES.entries()) writeFileSync(join(folder, `notes/n${at}.md`), `# Note\n\n${text}\n`);
  writeFileSync(
    join(folder, "notes/deep/letter.eml"),
    "From: a@b.c\r\nSubject: Visit\r\nContent-Type: text/plain\r\n\r\nAunt Berta comes on Sunday with the accordion.\r\n",
  );
  writeFileSync(join(folder, "notes/program.bin"), "no kind that is read");
  symlinkSync("..", join(folder, "notes/deep/loop"));
});
after(() => rmSync(folder, { recursive: true }));

const kolm = (...words: string[]) => runIn(folder, ["recall", ...words]);
const hitsOf = (stdout: string): Hits["hits"] => (JSON.parse(stdout) as Hits).hits;

test("without files of one's own, recall searches the artifact as it always did", async () => {
  const { code, stdout } = await kolm("manual.kolm", "how do I wash a sleeping bag", "--top", "1", "--json");
  assert.equal(code, 0);
  assert.deepEqual(
    hitsOf(stdout).map(({ text, origin }) => ({ text, origin })),
    [{ text: MANUAL[0], origin: undefined }],
  );
});

test("own files are added from folders, found together with the sealed ones, and say whose they are", async () => {
  const added = await kolm("add", "manual.kolm", "notes");
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /4 new, 0 changed, 0 unchanged, 1 of kinds that nothing reads/);
  assert.match((await kolm("add", "manual.kolm", "notes")).stdout, /0 new, 0 changed, 4 unchanged/);
  const mail = hitsOf((await kolm("query", "manual.kolm", "who brings the accordion", "--top", "1", "--json")).stdout);
  assert.deepEqual([mail[0]?.origin, mail[0]?.source.endsWith("notes/deep/letter.eml")], ["own", true]);
  const both = hitsOf((await kolm("manual.kolm", "sleeping bag", "--top", "8", "--json")).stdout);
  assert.deepEqual(new Set(both.map(({ origin }) => origin)), new Set(["own", "sealed"]));
  assert.match((await kolm("manual.kolm", "sleeping bag")).stdout, /own {5}.*n0\.md/);
});

test("list shows them; remove takes a file or a folder, and says what it does not know", async () => {
  assert.equal((await kolm("list", "manual.kolm")).stdout.trim().split("\n").length, 4);
  const unknown = await kolm("remove", "manual.kolm", "notes/n9.md");
  assert.deepEqual([unknown.code, /SIDE_UNKNOWN|none of your own files/.test(unknown.stderr)], [1, true]);
  assert.match((await kolm("remove", "manual.kolm", "notes/deep")).stdout, /removed {2}.*letter\.eml/);
  const { files } = JSON.parse((await kolm("list", "manual.kolm", "--json")).stdout) as { files: { source: string }[] };
  assert.deepEqual(
    files.map(({ source }) => source.slice(-5)),
    ["n0.md", "n1.md", "n2.md"],
  );
});

test("a key from a file encrypts another folder; without it nothing is listed", async () => {
  writeFileSync(join(folder, "side.key"), new Uint8Array(32).fill(3), { mode: 0o600 });
  const place = ["--folder", "mine", "--key-file", "side.key"];
  assert.equal((await kolm("add", "manual.kolm", "notes/n2.md", ...place)).code, 0);
  const found = hitsOf((await kolm("manual.kolm", "spare key", "--top", "1", "--json", ...place)).stdout);
  assert.equal(found[0]?.origin, "own");
  const without = await kolm("list", "manual.kolm", "--folder", "mine");
  assert.equal(without.code, 1);
  assert.match(without.stderr, /is encrypted and needs its key/);
});

test("a file that cannot be read stops the adding, or is left out with --keep-going", async () => {
  writeFileSync(join(folder, "broken.pdf"), "%PDF-1.4 nothing");
  const stopped = await kolm("add", "manual.kolm", "broken.pdf", "notes/n0.md", "--folder", "other");
  assert.deepEqual([stopped.code, /broken\.pdf/.test(stopped.stderr)], [1, true]);
  const going = await kolm("add", "manual.kolm", "broken.pdf", "notes/n0.md", "--folder", "other", "--keep-going");
  assert.equal(going.code, 0);
  assert.match(going.stdout, /left out {3}.*broken\.pdf[^]*1 new/);
});

test("wrong usage says what is missing", async () => {
  for (const words of [
    ["add"],
    ["add", "manual.kolm"],
    ["remove", "manual.kolm"],
    ["query", "manual.kolm"],
    ["manual.kolm", "a", "b"],
  ])
    assert.equal((await kolm(...words)).code, 64, words.join(" "));
});
