// This file breaks the writing of a file at each of its steps: the path shows the old bytes or the new ones, never a part.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { KolmError, utf8 } from "@kolm/format";
import { writeFileAtomically } from "@kolm/format/node";
import { nth, withHook } from "./faults.ts";

const folder = await mkdtemp(join(tmpdir(), "kolm-faults-"));
after(() => rm(folder, { recursive: true }));

const REPO = join(import.meta.dirname, "../..");
const OLD = "old";
const PIECES = [65, 66, 67].map((letter) => new Uint8Array(1000).fill(letter));
const NEW = Buffer.concat(PIECES).toString();

/** What a write does, in order: the bytes are on the disk before the name is theirs, the name before the call ends. */
const STEPS = [
  "mkdir",
  "readdir",
  "open",
  "write",
  "write",
  "write",
  "sync",
  "close",
  "rename",
  "open",
  "sync",
  "close",
];
const RENAME = STEPS.indexOf("rename");

let folders = 0;
async function oldFile(): Promise<string> {
  const path = join(folder, String(folders++), "a.kolm");
  await writeFileAtomically(path, [utf8(OLD)]);
  return path;
}

const isNew = async (path: string): Promise<boolean> => {
  const text = await readFile(path, "utf8");
  assert.ok(text === OLD || text === NEW, `${text.length} bytes that are neither`);
  return text === NEW;
};
const around = (path: string): Promise<string[]> => readdir(join(path, ".."));

test("a file is written, synced, renamed, and its folder synced, in that order", async () => {
  const [path, seen] = [await oldFile(), new Array<string>()];
  await withHook(
    nth(-1, (_, go) => go(), seen),
    () => writeFileAtomically(path, PIECES),
  );
  assert.deepEqual(seen, STEPS);
  assert.ok(await isNew(path));
});

const CODES = { ENOSPC: "DISK_FULL", EDQUOT: "DISK_FULL", EROFS: "NOT_WRITABLE", EACCES: "NOT_WRITABLE", EIO: "EIO" };

for (const [code, told] of Object.entries(CODES)) {
  test(`${code} at any step is told as ${told} and leaves the old file or the new, and nothing beside it`, async () => {
    for (const [number, step] of STEPS.entries()) {
      const path = await oldFile();
      // A close that fails has closed all the same.
      const fail = async (call: string, go: () => Promise<unknown>): Promise<never> => {
        if (call === "close") await go();
        throw Object.assign(new Error(code), { code });
      };
      const error: unknown = await withHook(nth(number, fail), () =>
        writeFileAtomically(path, PIECES, { size: 3000 }),
      ).catch((caught: unknown) => caught);
      assert.ok(error instanceof Error && "code" in error && error.code === told, `${step}: ${String(error)}`);
      if (error instanceof KolmError) assert.ok(error.hint?.includes(join(path, "..")) && error.place?.file === path);
      assert.deepEqual([await isNew(path), await around(path)], [number > RENAME, ["a.kolm"]], `${number} ${step}`);
    }
  });
}

test("a disk that takes only a few bytes at a time gets all of them", async () => {
  const path = await oldFile();
  let given = 0;
  // The length is the third argument of FileHandle.write.
  const few = async (call: string, go: () => Promise<unknown>, args: readonly unknown[]): Promise<unknown> => {
    if (call === "write") (args as unknown[])[2] = Math.min(Number(args[2]), 300 + (given++ % 7));
    return go();
  };
  await withHook(few, () => writeFileAtomically(path, PIECES));
  assert.ok((await isNew(path)) && given >= 10);
});

test("a writer killed at any step leaves the old file or the new, and what lies beside it goes with the next write", async () => {
  const deaths = STEPS.map(async (step, number) => {
    // Nothing is there before the first open, and between two writes it is as before the last.
    if (number < STEPS.indexOf("open") || number === STEPS.indexOf("write") + 1) return;
    const path = await oldFile();
    assert.equal(await killedAt(path, number), "SIGKILL", step);
    assert.equal(await isNew(path), number > RENAME, step);
    const left = (await around(path)).filter((name) => name !== "a.kolm");
    assert.equal(left.length, number > STEPS.indexOf("open") && number <= RENAME ? 1 : 0, `${step}: ${left.join()}`);
    await writeFileAtomically(path, PIECES);
    assert.deepEqual([await isNew(path), await around(path)], [true, ["a.kolm"]]);
  });
  await Promise.all(deaths);
});

function killedAt(path: string, number: number): Promise<string | null> {
  const program = join(import.meta.dirname, "killed-writer.ts");
  const args = ["--conditions=kolm-source", "--import", "tsx", program, path, String(number)];
  const child = spawn(process.execPath, args, { cwd: REPO, stdio: "inherit" });
  return new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
}

const ON_READ_ONLY = `
const { writeFileAtomically } = await import("@kolm/format/node");
const path = process.argv[1] + "/a.kolm";
const error = await writeFileAtomically(path, [new Uint8Array(10)]).catch((caught) => caught);
console.log(JSON.stringify({ code: error.code, message: error.message }));
`;

test("a folder of a read-only disk is told as NOT_WRITABLE and keeps its file", { skip: noMount() }, () => {
  const mount = join(folder, "read-only");
  const node = `"$0" --conditions=kolm-source --import tsx --input-type=module -e "$1" "$2"`;
  const disk = `mkdir "$2" && mount -t tmpfs -o size=1m none "$2" && printf old > "$2/a.kolm" && mount -o remount,ro "$2"`;
  const script = `${disk} && ${node} && ls -A "$2" && cat "$2/a.kolm"`;
  const run = spawnSync("unshare", ["-rm", "sh", "-c", script, process.execPath, ON_READ_ONLY, mount], { cwd: REPO });
  const [told = "{}", ...rest] = run.stdout.toString().split("\n");
  assert.deepEqual(JSON.parse(told), { code: "NOT_WRITABLE", message: `${mount}/a.kolm cannot be written (EROFS)` });
  assert.deepEqual(rest, ["a.kolm", "old"]);
});

function noMount(): string | false {
  const run = spawnSync("unshare", ["-rm", "true"]);
  return run.status === 0 ? false : "this system lets nobody mount a disk of their own";
}
