// This file compiles with guarded keys through the real command, and searches every byte written for the secrets.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { memorySource, verifyArtifact } from "@kolm/format";
import { createKeyFile, describeKeyFile, nodeCrypto } from "@kolm/format/node";
import { makeWorkspace, type Workspace } from "../support/workspace.ts";

const KOLM = join(import.meta.dirname, "../../tools/kolm/bin/kolm.js");
const PASSPHRASE = "canary-7f3a sings-at-dawn 91c2";
let workspace: Workspace;
let said = "";

before(async () => {
  const rows = Array.from({ length: 60 }, (_, at) => {
    const number = String(40_000 + at * 317);
    const input =
      ["order #", "where is #", "I sent back #"][at % 3] + number + [" please", "", ", thanks", " today"][at % 4];
    return JSON.stringify({ input, output: { order: number } });
  });
  workspace = await makeWorkspace({
    "tasks/numbers/task.yaml":
      "name: numbers\ndescription: Finds the order's number.\noutput: {order: {type: text}}\nstudent: {enabled: false}\ngate: {k: 0, accuracy: 0}\n",
    "tasks/numbers/examples.jsonl": `${rows.join("\n")}\n`,
    "tasks/numbers/evals.jsonl": '{"input": "order #5001 now", "output": {"order": "5001"}}\n',
  });
});
after(async () => {
  for (const secret of ["passphrase", "pem"]) rmSync(`${workspace.root}.${secret}`, { force: true });
  await workspace[Symbol.asyncDispose]();
});

/** The compiled command with descriptor 3 open on a file. */
async function compileWith(file: string, env: Readonly<Record<string, string>>): Promise<number> {
  const three = openSync(file, "r");
  const child = spawn(process.execPath, [KOLM, "compile", "numbers"], {
    cwd: workspace.root,
    env: { ...process.env, KOLM_HOME: workspace.path(".home"), NX_DAEMON: "false", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe", three],
    // A session of its own: no terminal that could be asked for a passphrase.
    detached: true,
  });
  said = "";
  child.stdout?.on("data", (piece: Buffer) => (said += piece.toString()));
  child.stderr?.on("data", (piece: Buffer) => (said += piece.toString()));
  const code = await new Promise<number>((resolve) => void child.on("close", (ended) => resolve(ended ?? -1)));
  closeSync(three);
  return code;
}

async function signerOf(artifact: string): Promise<string> {
  const verdict = await verifyArtifact(memorySource(readFileSync(workspace.path("dist", artifact))), {
    crypto: nodeCrypto,
  });
  assert.ok(verdict.passed);
  return verdict.signer.kid;
}

async function signWith(lines: string): Promise<void> {
  const path = workspace.path("kolm.workspace.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace(/^signing:\n(?: .*\n)*/m, `signing:\n${lines}\n`));
}

describe("compiling", () => {
  it("signs with an encrypted key whose passphrase comes by a descriptor, and leaves no secret anywhere", async () => {
    const key = workspace.path(".home/keys/release.key");
    await createKeyFile(key, { passphrase: Buffer.from(PASSPHRASE) });
    await signWith("  key: keys:release");
    // Outside the workspace, so that the search below may cover all of it.
    const secret = `${workspace.root}.passphrase`;
    writeFileSync(secret, `${PASSPHRASE}\n`, { mode: 0o600 });
    assert.equal(await compileWith(secret, { KOLM_PASSPHRASE_FD: "3" }), 0, said);
    assert.equal(await signerOf("numbers.kolm"), (await describeKeyFile(key)).kid);
    const found = [PASSPHRASE].flatMap((text) => spellings(Buffer.from(text)));
    assert.deepEqual(filesWith(workspace.root, found), []);
    assert.ok(!found.some((spelling) => said.includes(spelling.toString("latin1"))));
  });

  it("signs with a key file that comes by a descriptor, which is stored nowhere", async () => {
    const key = `${workspace.root}.pem`;
    await createKeyFile(key);
    assert.equal(await compileWith(key, { KOLM_SIGNING_KEY_FD: "3" }), 0, said);
    assert.equal(await signerOf("numbers.kolm"), (await describeKeyFile(key)).kid);
    const pem = readFileSync(key, "utf8");
    const body = Buffer.from(pem.split("\n")[1] ?? "", "base64");
    assert.equal(body.length, 48);
    assert.deepEqual(filesWith(workspace.root, [...spellings(body), ...spellings(body.subarray(16))]), []);
  });
});

/** Bytes as they are, in hex, and in base64 at each of the three offsets a longer text can put them. */
function spellings(secret: Buffer): readonly Buffer[] {
  const inside = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), secret])
      .toString("base64")
      .replaceAll("=", "");
    return text.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const texts = [
    secret.toString("hex"),
    ...inside,
    ...inside.map((one) => one.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  return [secret, ...texts.map((text) => Buffer.from(text))];
}

function filesWith(folder: string, secrets: readonly Buffer[]): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.length > 20, "the compile wrote files to search");
  return files
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => !file.includes("node_modules"))
    .filter((file) => {
      const bytes = readFileSync(file);
      return secrets.some((secret) => bytes.includes(secret));
    });
}
