// This file shows that weights which changed or vanished under their pin stop a compile, whatever Nx and the store remember.
import assert from "node:assert/strict";
import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeWorkspace, type Workspace } from "../support/workspace.ts";

const REPO = join(import.meta.dirname, "../..");
const WEIGHTS = "tasks/photo-recall/encoder/labels.txt";
let workspace: Workspace;

before(async () => {
  workspace = await makeWorkspace();
  await cp(join(REPO, "tasks/photo-recall"), workspace.path("tasks/photo-recall"), { recursive: true });
});
after(() => workspace[Symbol.asyncDispose]());

test("a base's file that changes under its pin is refused, through Nx's cache too", async () => {
  const made = await workspace.nx("run", "base-drawings:base");
  assert.equal(made.code, 0, made.stdout + made.stderr);
  const kept = await readFile(workspace.path(WEIGHTS));
  await writeFile(workspace.path(WEIGHTS), `${kept.toString()}one more\n`);
  const altered = await workspace.nx("run", "base-drawings:base");
  assert.notEqual(altered.code, 0);
  assert.match(altered.stdout + altered.stderr, /BASE_ALTERED: .*labels\.txt has sha256/);
  await rm(workspace.path(WEIGHTS));
  const missing = await workspace.nx("run", "base-drawings:base");
  assert.match(missing.stdout + missing.stderr, /BASE_MISSING: .*base drawings: .*labels\.txt is not there/);
  assert.match(missing.stdout + missing.stderr, /Needed by tasks\/photo-recall/);
  await writeFile(workspace.path(WEIGHTS), kept);
  const again = await workspace.nx("run", "base-drawings:base");
  assert.equal(again.code, 0, again.stdout + again.stderr);
});

test("a link in the corpus is refused by name", async () => {
  await symlink("..", workspace.path("tasks/photo-recall/corpus/around"));
  const { code, stdout, stderr } = await workspace.kolm("stage", "spec", "photo-recall");
  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /FILE_LINKED.*corpus\/around is a link to \.\..*a loop/);
  await rm(workspace.path("tasks/photo-recall/corpus/around"));
});
