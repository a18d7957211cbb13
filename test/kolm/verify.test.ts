// This file shows verifying under a trust file as its people run it: roots that sign, rotation, revocation, rollback, policies.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Signer } from "@kolm/format";
import { loadKeyFile } from "@kolm/format/node";
import { collect, packSample, seedSigner } from "../format/sample.ts";
import { type Ran, runIn } from "./command.ts";

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

async function release(file: string, signer: Signer): Promise<void> {
  writeFileSync(path(file), await collect((await packSample({ signer })).stream()));
}

describe("kolm trust", () => {
  before(async () => {
    for (const name of ["root-1", "root-2", "root-3"]) await makeKey(name);
    await release("old.kolm", await makeKey("old"));
    await release("new.kolm", await makeKey("new"));
  });

  it("makes a file that is believed once enough roots have signed it", async () => {
    const roots = "root-1.pub.pem,root-2.pub.pem,root-3.pub.pem";
    await kolm(
      "trust",
      "init",
      "trust.json",
      "--name",
      "acme",
      "--key",
      roots,
      "--threshold",
      "2",
      "--expires",
      "2099-01-01",
    );
    await kolm(
      "trust",
      "add",
      "trust.json",
      "--key",
      "old.pub.pem",
      "--role",
      "release",
      "--names",
      "tri*",
      "--from",
      "2026-01-01",
    );
    assert.equal(await codeOf("verify", "old.kolm", "--trust", "trust.json"), "E_KEY_UNKNOWN");
    await kolm("trust", "sign", "trust.json", "--key", "keys:root-1");
    assert.match(await kolm("trust", "show", "trust.json"), /1 of version 1's roots, 1 more must sign/);
    assert.equal(await codeOf("verify", "old.kolm", "--trust", "trust.json"), "E_KEY_UNKNOWN");
    await kolm("trust", "sign", "trust.json", "--key", keyFile("root-3.pem"));
    assert.equal(await codeOf("verify", "old.kolm", "--trust", "trust.json"), "fine");
    assert.equal(await codeOf("verify", "new.kolm", "--trust", "trust.json"), "E_KEY_UNKNOWN");
    assert.equal(await codeOf("trust", "sign", "trust.json", "--key", "keys:old"), "TRUST_NOT_ROOT");
  });

  it("rotates: both keys count while their windows overlap, then the new one alone", async () => {
    writeFileSync(path("first.json"), readFileSync(path("trust.json")));
    const kid = (await loadKeyFile(keyFile("old.pem"))).kid.slice(0, 12);
    await kolm(
      "trust",
      "rotate",
      "trust.json",
      "--kid",
      kid,
      "--key",
      "new.pub.pem",
      "--from",
      "2026-06-01",
      "--until",
      "2026-07-01",
    );
    for (const root of ["root-1", "root-2"]) await kolm("trust", "sign", "trust.json", "--key", `keys:${root}`);
    const at = async (file: string, date: string) => codeOf("verify", file, "--trust", "trust.json", "--at", date);
    assert.equal(await at("old.kolm", "2026-06-30"), "fine");
    assert.equal(await at("new.kolm", "2026-06-30"), "fine");
    assert.equal(await at("old.kolm", "2026-07-01"), "E_KEY_REVOKED");
    assert.equal(await at("new.kolm", "2026-07-01"), "fine");
    assert.equal(await at("new.kolm", "2099-01-01"), "E_TRUST_EXPIRED");
  });

  it("is not rolled back: a version older than the highest seen is refused, on this machine and for ever", async () => {
    assert.equal(await codeOf("verify", "old.kolm", "--trust", "first.json", "--at", "2026-06-30"), "E_TRUST_ROLLBACK");
    assert.deepEqual(readdirSync(join(folder, "home", "trust", "acme")).sort(), ["1.json", "2.json"]);
  });

  it("revokes: what the key signed is refused, whenever that was", async () => {
    const kid = (await loadKeyFile(keyFile("new.pem"))).kid.slice(0, 12);
    await kolm("trust", "revoke", "trust.json", "--kid", kid, "--since", "2026-06-15");
    await kolm("trust", "set", "trust.json", "--minimum", "triage=1.0.1");
    for (const root of ["root-1", "root-2"]) await kolm("trust", "sign", "trust.json", "--key", `keys:${root}`);
    const verify = (file: string) => codeOf("verify", file, "--trust", "trust.json", "--at", "2026-06-10");
    assert.equal(await verify("new.kolm"), "E_KEY_REVOKED");
    assert.equal(await verify("old.kolm"), "E_POLICY");
  });

  it("refuses misuse with words that say what to do", async () => {
    assert.equal(await codeOf("trust", "init", "trust.json", "--name", "x", "--expires", "2099-01-01"), "FILE_EXISTS");
    assert.equal(
      await codeOf("trust", "add", "trust.json", "--key", "old.pub.pem", "--role", "witness"),
      "TRUST_KEY_TWICE",
    );
    assert.equal(
      await codeOf("trust", "close", "trust.json", "--kid", "0000000000", "--until", "2027-01-01"),
      "TRUST_KEY_MISSING",
    );
    assert.equal(await codeOf("trust", "set", "trust.json", "--expires", "soon"), "USAGE");
    assert.equal(await codeOf("trust", "paint", "trust.json"), "USAGE");
    assert.equal(await codeOf("verify", "old.kolm", "--trust", "nothing.json"), "FILE_UNREADABLE");
    writeFileSync(path("private.pem"), readFileSync(keyFile("old.pem")));
    assert.equal(await codeOf("verify", "old.kolm", "--key", "private.pem"), "KEY_UNREADABLE");
  });
});

describe("kolm verify --policy", () => {
  it("names the demand that is not met, and refuses a policy it does not understand", async () => {
    await release("policy.kolm", seedSigner());
    const policy = (value: unknown): void => writeFileSync(path("policy.json"), JSON.stringify(value));
    policy({ format: "kolm/policy-1", trustedSigner: false, minimumK: "0.9" });
    assert.equal(await codeOf("verify", "policy.kolm", "--policy", "policy.json"), "E_POLICY");
    policy({ format: "kolm/policy-1", trustedSigner: false, anchor: true });
    assert.equal(await codeOf("verify", "policy.kolm", "--policy", "policy.json"), "E_ANCHOR_MISSING");
    policy({ format: "kolm/policy-1", trustedSigner: false, minimumK: "0.8" });
    assert.equal(await codeOf("verify", "policy.kolm", "--policy", "policy.json"), "fine");
    policy({ format: "kolm/policy-1", minimunK: "0.8" });
    assert.equal(await codeOf("verify", "policy.kolm", "--policy", "policy.json"), "POLICY_INVALID");
  });
});
