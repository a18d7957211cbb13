// This file checks keys at rest and on their way: encrypted files, passphrases from terminal and descriptor, lent signers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Signer } from "@kolm/format";
import {
  borrowSigner,
  describeKeyFile,
  lendSigner,
  loadKeyFile,
  nodeCrypto,
  passphraseFrom,
  publicPem,
} from "@kolm/format/node";
import { openNamedKey, openWorkspaceSigner } from "@kolm/nx";
import { seedSigner } from "../format/sample.ts";
import { type Ran, runIn } from "./command.ts";

const PASSPHRASE = "correct horse battery staple";
const home = process.env["KOLM_HOME"];
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "kolm-keys-"));
  process.env["KOLM_HOME"] = join(folder, "home");
});
after(() => {
  if (home === undefined) delete process.env["KOLM_HOME"];
  else process.env["KOLM_HOME"] = home;
  rmSync(folder, { recursive: true });
});

const run = (...words: string[]): Promise<Ran> => runIn(folder, words);
const kolm = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...words);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
};
const codeOf = async (...words: string[]): Promise<string> => {
  const { code, stdout } = await run(...words, "--json");
  const record = JSON.parse(stdout) as { finding?: { code: string }; error?: { code: string } };
  const found = record.finding?.code ?? record.error?.code ?? "fine";
  assert.equal(code, found === "fine" ? 0 : found.startsWith("E_") ? 2 : found === "USAGE" ? 64 : 1);
  return found;
};
const path = (name: string): string => join(folder, name);
const keyFile = (name: string): string => join(folder, "home", "keys", name);

/** A key of the command's own making, with its public half beside. */
async function makeKey(name: string): Promise<Signer> {
  await kolm("keys", "create", name, "--plain");
  await kolm("keys", "export", name, "--out", `${name}.pub.pem`);
  return loadKeyFile(keyFile(`${name}.pem`));
}

describe("an encrypted key", () => {
  const withPassphrase = async <T>(text: string, what: () => Promise<T>): Promise<T> => {
    writeFileSync(path("passphrase"), `${text}\n`);
    process.env["KOLM_PASSPHRASE_FD"] = String(openSync(path("passphrase"), "r"));
    try {
      return await what();
    } finally {
      delete process.env["KOLM_PASSPHRASE_FD"];
    }
  };

  before(() => withPassphrase(PASSPHRASE, () => kolm("keys", "create", "guarded")));

  it("is a file for its owner alone that holds neither key nor passphrase, and says whose it is", async () => {
    const file = keyFile("guarded.key");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const text = readFileSync(file, "utf8");
    assert.ok(!text.includes(PASSPHRASE) && !text.includes("PRIVATE"));
    const { kid, encrypted } = await describeKeyFile(file);
    assert.equal(encrypted, true);
    assert.match(await kolm("keys", "list"), new RegExp(`${kid.slice(0, 16)}  encrypted  guarded`));
    chmodSync(file, 0o640);
    await assert.rejects(describeKeyFile(file), { code: "KEY_EXPOSED" });
    chmodSync(file, 0o600);
  });

  it("signs with its passphrase and not with another, nor when a byte of its file is another", async () => {
    const file = keyFile("guarded.key");
    const ask = (text: string) => async () => new TextEncoder().encode(text);
    const signer = await loadKeyFile(file, ask(PASSPHRASE));
    const message = new TextEncoder().encode("a message");
    assert.equal(await nodeCrypto.verifyEd25519(signer.spki, message, await signer.sign(message)), true);
    await assert.rejects(loadKeyFile(file, ask("wrong")), { code: "KEY_LOCKED" });
    await assert.rejects(loadKeyFile(file), { code: "KEY_LOCKED" });
    const text = readFileSync(file, "utf8");
    const other = (await makeKey("other")).kid;
    writeFileSync(path("changed.key"), text.replace(signer.kid, other), { mode: 0o600 });
    await assert.rejects(loadKeyFile(path("changed.key"), ask(PASSPHRASE)), { code: "KEY_LOCKED" });
    writeFileSync(path("costly.key"), text.replace('"logN":17', '"logN":40'), { mode: 0o600 });
    await assert.rejects(loadKeyFile(path("costly.key"), ask(PASSPHRASE)), { code: "KEY_UNREADABLE" });
  });

  it("is not made twice under a name, nor with a short passphrase", async () => {
    assert.equal(await codeOf("keys", "create", "guarded", "--plain"), "KEY_EXISTS");
    assert.equal(await withPassphrase("short", () => codeOf("keys", "create", "weak")), "PASSPHRASE_SHORT");
    assert.equal(await codeOf("keys", "create", "../evil", "--plain"), "KEY_NAME");
    assert.equal(await codeOf("keys", "show", "nobody"), "KEY_MISSING");
  });

  it("asks on a terminal without echo", { skip: hasPython() ? false : "no python3 for a terminal" }, () => {
    const script = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said = b""
for _ in range(2):
    while not said.rstrip().endswith(b":"):
        said += os.read(fd, 1024)
    os.write(fd, b"typed pass\\x7fphrase\\r")
    said += b"|"
try:
    while True:
        piece = os.read(fd, 1024)
        if not piece: break
        said += piece
except OSError: pass
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
    const bin = join(import.meta.dirname, "../../tools/kolm/bin/kolm.js");
    const main = `import("kolm").then(async ({ main }) => { process.exitCode = await main(["keys", "create", "typed"]); })`;
    const words = ["--conditions=kolm-source", "--import", "tsx", "--eval", main];
    const ran = spawnSync("python3", ["-c", script, process.execPath, ...words], {
      cwd: join(bin, "../../../.."),
      encoding: "utf8",
    });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    assert.ok(!ran.stdout.includes("phrase\r") && !ran.stdout.includes("typed pass"), ran.stdout);
    return assert.doesNotReject(
      loadKeyFile(keyFile("typed.key"), async () => new TextEncoder().encode("typed pasphrase")),
    );
  });
});

describe("a lent signer", () => {
  it("gives a child signatures through a socket only the user can reach, and ends with its lender", async () => {
    const signer = seedSigner();
    const lent = await lendSigner(signer);
    assert.equal(statSync(join(lent.address, "..")).mode & 0o777, 0o700);
    const borrowed = await borrowSigner(lent.address);
    const message = new Uint8Array(100_000).fill(7);
    assert.deepEqual([borrowed.kid, await borrowed.sign(message)], [signer.kid, await signer.sign(message)]);
    await lent[Symbol.asyncDispose]();
    await assert.rejects(borrowed.sign(message), { code: "SIGNER_GONE" });
  });
});

describe("a signing command", () => {
  const signing = (key: string, publicKey?: string) => openNamedKey({ key, publicKey }, folder);

  before(async () => {
    const { spki } = await makeKey("device-7");
    writeFileSync(path("device-7.pub.pem"), publicPem(spki));
    const program = `import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
const signature = sign(null, readFileSync(0), createPrivateKey(readFileSync(${JSON.stringify(keyFile("device-7.pem"))})));
const answers = { raw: signature, base64: signature.toString("base64") + "\\n", wrong: "no" };
if (process.argv[2] === "fails") process.exit(3);
process.stdout.write(answers[process.argv[2]]);`;
    writeFileSync(path("signer.mjs"), program);
  });

  /** A message whose signature ends in 0x0A, which programs that read lines would cut off: one in 16, as S is below 2^253. */
  async function endingInLineFeed(): Promise<Uint8Array> {
    const signer = await loadKeyFile(keyFile("device-7.pem"));
    for (let number = 0; ; number += 1) {
      const message = new Uint8Array(100_000).fill(number % 256, 0, 1).fill(number >> 8, 1, 2);
      if ((await signer.sign(message)).at(-1) === 0x0a) return message;
    }
  }

  it("gets the bytes on standard input and answers with a signature, in bytes or base64", async () => {
    const message = await endingInLineFeed();
    for (const form of ["raw", "base64"]) {
      const signer = await signing(`command:${process.execPath} signer.mjs ${form}`, "device-7.pub.pem");
      assert.equal(await nodeCrypto.verifyEd25519(signer.spki, message, await signer.sign(message)), true);
    }
  });

  it("that fails, answers nonsense or has no public key is an error that says so", async () => {
    for (const form of ["wrong", "fails"]) {
      const signer = await signing(`command:${process.execPath} signer.mjs ${form}`, "device-7.pub.pem");
      await assert.rejects(signer.sign(new Uint8Array(1)), { code: "SIGNER_FAILED" });
    }
    await assert.rejects(signing("command:signer"), { code: "SIGNER_KEYLESS" });
    await assert.rejects(signing("command:", "device-7.pub.pem"), { code: "SIGNER_KEYLESS" });
  });

  it("is what a workspace names under signing", async () => {
    const text = `bases: {}\nsigning:\n  key: "command:${process.execPath} signer.mjs raw"\n  publicKey: device-7.pub.pem\n`;
    writeFileSync(path("kolm.workspace.yaml"), text);
    const { kid } = await openWorkspaceSigner(folder);
    assert.equal(kid, (await describeKeyFile(keyFile("device-7.pem"))).kid);
  });
});

describe("a descriptor", () => {
  it("that is closed, empty or no number is an error that says how to open it", async () => {
    for (const descriptor of ["999", "x", "-1"])
      await assert.rejects(passphraseFrom(descriptor)("?"), { code: "DESCRIPTOR_UNREADABLE" });
  });
});

function hasPython(): boolean {
  return spawnSync("python3", ["-c", "import pty"]).status === 0;
}
