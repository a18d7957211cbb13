// This file checks what `kolm diff` says of two artifacts: layers, facts, scores, settings, and answers on the evals of both.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { changesBetween } from "../../tools/kolm/src/diff/leaves.ts";
import { seedSigner } from "../format/sample.ts";
import { runIn } from "./command.ts";
import { recipeArtifact } from "./recipe-artifact.ts";

let folder: string;
const rows = (...inputs: readonly (readonly [string, boolean])[]): string =>
  inputs.map(([input, urgent]) => `${JSON.stringify({ input, output: { urgent } })}\n`).join("");
type Said = {
  readonly same: boolean;
  readonly layers: readonly { path: string; state: string; from?: number; to?: number }[];
  readonly facts: readonly { what: string; from?: unknown; to?: unknown }[];
  readonly score: readonly { what: string }[];
  readonly student: readonly { what: string; from?: unknown; to?: unknown }[];
  readonly evals: { from: number; to: number; shared: number };
  readonly answers?: { compared: number; changed: readonly { input: string }[]; unknown?: string };
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kolm-diff-"));
  const student = (confidence: string) => ({ thresholds: { confidence, scope: "0" }, maxTokens: 128 });
  const old = await recipeArtifact({
    facts: { kscore: { k: "0.81" } },
    extra: {
      "layers/verifier/evals.jsonl": rows(["do it right now", true], ["do it today", false]),
      "layers/verifier/score.json": { k: { value: "0.81" }, axes: { accuracy: { value: "0.9" } } },
      "layers/adapter/student.json": student("0.5"),
      "layers/docs/card.md": "old",
    },
  });
  const fresh = await recipeArtifact({
    words: ["right now", "today"],
    facts: { version: "1.1.0", kscore: { k: "0.83" } },
    extra: {
      "layers/verifier/evals.jsonl": rows(["do it today", true], ["at your leisure", false]),
      "layers/verifier/score.json": { k: { value: "0.83" }, axes: { accuracy: { value: "0.9" } } },
      "layers/adapter/student.json": student("0.6"),
      "layers/docs/notes.md": "new",
    },
  });
  writeFileSync(join(folder, "old.kolm"), old);
  writeFileSync(join(folder, "new.kolm"), fresh);
  writeFileSync(join(folder, "bare.kolm"), await recipeArtifact());
  writeFileSync(join(folder, "resigned.kolm"), await recipeArtifact({ signer: seedSigner("11".repeat(32)) }));
});
after(() => rmSync(folder, { recursive: true }));

async function diff(...words: string[]): Promise<Said & { readonly code: number }> {
  const { code, stdout } = await runIn(folder, ["diff", ...words, "--json"]);
  return { code, ...(JSON.parse(stdout) as Said) };
}

describe("kolm diff", () => {
  it("finds a file the same as itself, with exit code 0", async () => {
    const { code, same, layers } = await diff("old.kolm", "old.kolm");
    assert.deepEqual([code, same, [...new Set(layers.map(({ state }) => state))]], [0, true, ["same"]]);
  });

  it("says which layers are the same, changed, added and removed, with exit code 1", async () => {
    const { code, layers } = await diff("old.kolm", "new.kolm");
    const state = (path: string) => layers.find((layer) => layer.path === path)?.state;
    assert.equal(code, 1);
    assert.equal(state("layers/verifier/contract.json"), "same");
    assert.equal(state("layers/recipes/pack.json"), "changed");
    assert.equal(state("layers/docs/notes.md"), "added");
    assert.equal(state("layers/docs/card.md"), "removed");
  });

  it("says which facts, figures and settings differ, and counts the evals", async () => {
    const { facts, score, student, evals } = await diff("old.kolm", "new.kolm");
    assert.deepEqual(facts, [
      { what: "kscore.k", from: "0.81", to: "0.83" },
      { what: "version", from: "1.0.0", to: "1.1.0" },
    ]);
    assert.deepEqual(
      score.map(({ what }) => what),
      ["k.value"],
    );
    assert.deepEqual(student, [{ what: "thresholds.confidence", from: "0.5", to: "0.6" }]);
    assert.deepEqual(evals, { from: 2, to: 2, shared: 1 });
  });

  it("takes another signature on the same layers for a difference", async () => {
    const { code, facts } = await diff("bare.kolm", "resigned.kolm");
    assert.deepEqual([code, facts.map(({ what }) => what)], [1, ["signer"]]);
  });

  it("runs both on the evals of either file, each input once", async () => {
    const { answers } = await diff("old.kolm", "new.kolm");
    assert.deepEqual([answers?.compared, answers?.changed.map(({ input }) => input)], [3, ["do it today"]]);
  });

  it("runs both on evals of a file, and says why where answers cannot be compared", async () => {
    writeFileSync(
      join(folder, "evals.jsonl"),
      `${rows(["come today", true], ["come right now", true])}{"input": "never"}\n`,
    );
    writeFileSync(join(folder, "words.kolm"), await recipeArtifact({ words: ["right now", "today"] }));
    const { answers } = await diff("bare.kolm", "words.kolm", "--evals", "evals.jsonl");
    assert.equal(answers?.compared, 3);
    assert.deepEqual(answers.changed, [
      {
        input: "come today",
        output: { urgent: true },
        from: { output: { urgent: false } },
        to: { output: { urgent: true } },
      },
    ]);
    assert.match((await diff("bare.kolm", "words.kolm")).answers?.unknown ?? "", /--evals/);
    assert.equal((await diff("bare.kolm", "words.kolm", "--no-answers")).answers, undefined);
    const { stdout } = await runIn(folder, ["diff", "bare.kolm", "words.kolm", "--evals", "evals.jsonl"]);
    assert.match(stdout, /answers: 1 of 3 differ/);
  });

  it("refuses a file that does not verify", async () => {
    writeFileSync(join(folder, "broken.kolm"), "no artifact");
    const { code } = await runIn(folder, ["diff", "old.kolm", "broken.kolm"]);
    assert.equal(code, 2);
  });
});

describe("the changes between two JSON values", () => {
  it("are none between a value and itself, and mirror each other", () => {
    const value = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(value, value, (left, right) => {
        assert.deepEqual(changesBetween(left, structuredClone(left)), []);
        const mirrored = changesBetween(right, left).map(({ what, from, to }) => ({ what, from: to, to: from }));
        assert.deepEqual(changesBetween(left, right), mirrored);
      }),
    );
  });
});
