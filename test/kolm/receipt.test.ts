// This file checks receipts of runs as `kolm run` writes and `kolm verify-receipt` judges them, and running under a trust file.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fromUtf8, parseBundle, parseStatement } from "@kolm/format";
import { loadKeyFile, nodeCrypto, publicPem } from "@kolm/format/node";
import { checkRun, type RunFacts, signRun } from "@kolm/runtime";
import fc from "fast-check";
import { seedSigner } from "../format/sample.ts";
import { type Ran, runIn } from "./command.ts";
import { recipeArtifact } from "./recipe-artifact.ts";

const home = process.env["KOLM_HOME"];
const INPUT = "I need it right now";
let folder: string;
const path = (name: string): string => join(folder, name);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kolm-receipt-"));
  process.env["KOLM_HOME"] = join(folder, "home");
  writeFileSync(path("urgent.kolm"), await recipeArtifact());
  writeFileSync(path("other.kolm"), await recipeArtifact({ words: ["at once"] }));
});
after(() => {
  if (home === undefined) delete process.env["KOLM_HOME"];
  else process.env["KOLM_HOME"] = home;
  rmSync(folder, { recursive: true });
});

const run = (...words: string[]): Promise<Ran> => runIn(folder, words);
const codeOf = async (...words: string[]): Promise<string> => {
  const { code, stdout } = await run(...words, "--json");
  const record = JSON.parse(stdout.split("\n")[0] ?? "") as { finding?: { code: string }; error?: { code: string } };
  assert.equal(code === 0, record.finding === undefined && record.error === undefined);
  return record.finding?.code ?? record.error?.code ?? "fine";
};

describe("kolm run --receipt", () => {
  it("writes what kolm verify-receipt takes for this artifact, input and output only", async () => {
    const { stdout, stderr } = await run("run", "urgent.kolm", INPUT, "--receipt", "r.json");
    assert.equal(stdout, '{"urgent":true}\n');
    assert.match(stderr, /BEGIN PUBLIC KEY/);
    assert.equal(
      await codeOf(
        "verify-receipt",
        "r.json",
        "--artifact",
        "urgent.kolm",
        "--input",
        INPUT,
        "--output",
        '{"urgent":true}',
      ),
      "fine",
    );
    assert.equal(await codeOf("verify-receipt", "r.json", "--artifact", "other.kolm"), "E_SUBJECT");
    assert.equal(await codeOf("verify-receipt", "r.json", "--input", "another"), "E_SUBJECT");
    assert.equal(await codeOf("verify-receipt", "r.json", "--output", '{"urgent":false}'), "E_SUBJECT");
  });

  it("is signed by the device's key, the same one each time", async () => {
    const device = await loadKeyFile(join(folder, "home", "keys", "device.pem"));
    writeFileSync(path("device.pub.pem"), publicPem(device.spki));
    writeFileSync(path("stranger.pub.pem"), publicPem(seedSigner().spki));
    assert.doesNotMatch((await run("run", "urgent.kolm", INPUT, "--receipt", "r2.json")).stderr, /KEY/);
    assert.equal(await codeOf("verify-receipt", "r2.json", "--key", "device.pub.pem"), "fine");
    assert.equal(await codeOf("verify-receipt", "r2.json", "--key", "stranger.pub.pem"), "E_KEY_UNKNOWN");
  });

  it("shows nothing of input and output without the salt, which lies apart for its owner alone", async () => {
    assert.equal(statSync(path("r.json.salt")).mode & 0o777, 0o600);
    const receipt = readFileSync(path("r.json"), "utf8");
    const envelope = parseBundle(Buffer.from(receipt.trim()), "r");
    assert.ok(envelope.ok);
    const plain = Buffer.from(nodeCrypto.sha256().update(Buffer.from(INPUT)).digest()).toString("hex");
    const payload = fromUtf8(envelope.value.payload) ?? "";
    assert.ok(!payload.includes(plain) && !payload.includes(readFileSync(path("r.json.salt"), "utf8").trim()));
    writeFileSync(path("unsalted.json"), receipt);
    assert.equal(await codeOf("verify-receipt", "unsalted.json", "--input", INPUT), "SALT_MISSING");
    assert.equal(await codeOf("verify-receipt", "unsalted.json", "--artifact", "urgent.kolm"), "fine");
    await run("run", "urgent.kolm", INPUT, "--receipt", "plain.json", "--plain-digests");
    assert.equal(await codeOf("verify-receipt", "plain.json", "--input", INPUT), "fine");
  });

  it("needs an artifact that was verified", async () => {
    assert.equal(await codeOf("run", "urgent.kolm", INPUT, "--insecure", "--receipt", "no.json"), "USAGE");
  });
});

describe("a run receipt", () => {
  const facts: RunFacts = {
    artifact: "a".repeat(64),
    input: "in",
    answer: { output: { urgent: true }, abstained: false, path: "recipe", confidence: 1 },
    runtime: "0.1.0",
  };
  const crypto = nodeCrypto;

  it("has the same bytes for the same facts and key, and other digests under another salt", async () => {
    const bytes = await signRun(facts, seedSigner(), crypto);
    assert.deepEqual(await signRun(facts, seedSigner(), crypto), bytes);
    const salted = async (byte: number) =>
      signRun({ ...facts, salt: new Uint8Array(32).fill(byte) }, seedSigner(), crypto);
    assert.notDeepEqual(await salted(1), await salted(2));
    await assert.rejects(signRun({ ...facts, salt: new Uint8Array(16) }, seedSigner(), crypto), { code: "SALT_SIZE" });
    const verdict = await checkRun(await salted(1), { crypto, input: "in", salt: new Uint8Array(32).fill(1) });
    assert.equal(verdict.passed, true);
  });

  it("is refused, never thrown over, whichever byte is another", async () => {
    const bytes = await signRun(facts, seedSigner(), crypto);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const mutant = bytes.slice();
        mutant[at] = (mutant[at] ?? 0) ^ change;
        assert.equal((await checkRun(mutant, { crypto })).passed, false, `byte ${at}`);
      }),
      { numRuns: 1000 },
    );
  });

  it("is no receipt of an artifact, nor the other way round", async () => {
    const artifact = await recipeArtifact();
    const at = Buffer.from(artifact).indexOf('{"dsseEnvelope"');
    const end = Buffer.from(artifact).indexOf("}}}", at) + 3;
    const verdict = await checkRun(artifact.slice(at, end), { crypto });
    assert.ok(!verdict.passed && verdict.finding.code === "E_DSSE");
    const envelope = parseBundle(await signRun(facts, seedSigner(), crypto), "run");
    assert.ok(envelope.ok);
    assert.equal(parseStatement(envelope.value.payload, "run").ok, false);
  });
});

describe("kolm run", () => {
  it("refuses what does not verify, says so on every answer when told to go on, and keeps to a trust file", async () => {
    const bytes = await recipeArtifact();
    const at = Buffer.from(bytes).indexOf("right now");
    bytes[at] = 0x77;
    writeFileSync(path("changed.kolm"), bytes);
    assert.equal(await codeOf("run", "changed.kolm", INPUT), "E_CHUNK");
    const { stdout } = await run("run", "changed.kolm", INPUT, "--insecure");
    assert.deepEqual(JSON.parse(stdout), { urgent: false, insecure: "this file was not verified" });
    await run("keys", "create", "root", "--plain");
    await run("keys", "create", "release", "--plain");
    for (const key of ["root", "release"]) await run("keys", "export", key, "--out", `${key}.pub.pem`);
    await run("trust", "init", "trust.json", "--name", "acme", "--key", "root.pub.pem", "--expires", "2099-01-01");
    await run("trust", "add", "trust.json", "--key", "release.pub.pem", "--role", "release", "--names", "urgent");
    await run("trust", "sign", "trust.json", "--key", "keys:root");
    assert.equal(await codeOf("run", "urgent.kolm", INPUT, "--trust", "trust.json"), "E_KEY_UNKNOWN");
    const signer = await loadKeyFile(join(folder, "home", "keys", "release.pem"));
    writeFileSync(path("released.kolm"), await recipeArtifact({ signer }));
    const answered = await run("run", "released.kolm", INPUT, "--trust", "trust.json");
    assert.equal(answered.stdout, '{"urgent":true}\n', answered.stderr);
    assert.equal(
      await codeOf("run", "released.kolm", INPUT, "--trust", "trust.json", "--at", "2099-01-01"),
      "E_TRUST_EXPIRED",
    );
    writeFileSync(path("policy.json"), JSON.stringify({ format: "kolm/policy-1", minimumK: "0.5" }));
    assert.equal(
      await codeOf("run", "released.kolm", INPUT, "--trust", "trust.json", "--policy", "policy.json"),
      "E_POLICY",
    );
  });
});
