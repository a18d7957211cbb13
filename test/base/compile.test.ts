// This file compiles a task over a user's own encoder, an ONNX file and a tokenizer.json given by file:, and asks it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openEnvironment, planOf, runStep } from "@kolm/nx";
import { createTokenizer } from "@kolm/runtime";
import { openFile } from "@kolm/runtime/node";
import { exportedModel, skip } from "../support/exported.ts";
import { smallTask } from "../support/workspace.ts";
import { wordPieces } from "./word-pieces.ts";

const TASK = "greeter";
const model = skip === false ? exportedModel("bert_tiny_opset13") : new Uint8Array();
const tokenizer = new TextEncoder().encode(JSON.stringify(wordPieces()));
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const WORKSPACE = `bases:
  own:
    source: file:models/encoder.onnx
    tokenizer: file:models/tokenizer.json
    sha256: {model: ${sha256(model)}, tokenizer: ${sha256(tokenizer)}}
    names: {ids: ids, mask: mask, tokens: h}
    hidden: 32
    maxTokens: 64
    licence: MIT
signing:
  key: development
`;

/** The small task with a student that alone must answer, and floors a random encoder reaches. */
function task(): Record<string, string> {
  const files = smallTask(TASK, "recipes: {enabled: false}\n");
  const yaml = (files[`tasks/${TASK}/task.yaml`] ?? "")
    .replace(/gate: .*/, "gate: {k: 0, accuracy: 0}")
    .replace(
      /student: .*/,
      "student: {epochs: 80, learningRate: 0.02, headLearningRate: 0.05, tokenDropout: 0, labelSmoothing: 0, precision: 0.5, assurance: 0.5, threads: 1}",
    );
  return { ...files, [`tasks/${TASK}/task.yaml`]: yaml };
}

let root: string;
let home: string | undefined;

/** Runs the base and the stages of the task up to and with one, in this process. */
async function compile(until: string): Promise<void> {
  const environment = await openEnvironment(root, new AbortController().signal);
  try {
    await runStep({ owner: "own", stage: "base", report: () => {} }, environment);
    for (const { stage } of planOf({})) {
      await runStep({ owner: TASK, stage: stage.name, report: () => {} }, environment);
      if (stage.name === until) break;
    }
  } finally {
    await environment.store.close();
  }
}

describe("a task over a user's own encoder", { skip }, () => {
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "kolm-own-"));
    home = process.env["KOLM_HOME"];
    process.env["KOLM_HOME"] = join(root, ".home");
    const files: Record<string, string | Uint8Array> = {
      ...task(),
      "kolm.workspace.yaml": WORKSPACE,
      "models/encoder.onnx": model,
      "models/tokenizer.json": tokenizer,
    };
    for (const [file, content] of Object.entries(files)) {
      await mkdir(join(root, file, ".."), { recursive: true });
      await writeFile(join(root, file), content);
    }
    await compile("compile");
  });
  after(async () => {
    if (home === undefined) delete process.env["KOLM_HOME"];
    else process.env["KOLM_HOME"] = home;
    await rm(root, { recursive: true, force: true });
  });

  it("carries the encoder with adapters under names of its own modules", async () => {
    const training = JSON.parse(await readFile(join(root, `.kolm/tasks/${TASK}/distill/student.json`), "utf8")) as {
      lora: { targets: string[] };
    };
    const modules = ["q", "k", "v", "o", "up", "down"].flatMap((name) => [`L.0.${name}.weight`, `L.1.${name}.weight`]);
    assert.deepEqual(training.lora.targets.toSorted(), modules.toSorted());
  });

  it("answers what it learnt from the sealed file, spans exactly where they stand in the input", async () => {
    const runtime = await openFile(join(root, `dist/${TASK}.kolm`));
    for (const [input, mood, text] of [
      ["Hi Ravi, welcome aboard", "hello", "Ravi"],
      ["Take care on the way home, Ingrid", "goodbye", "Ingrid"],
      ["Bye for now", "goodbye", null],
      ["Good evening Tomas, take a seat", "hello", "Tomas"],
    ] as const) {
      const { fields, path } = await runtime.answer(input);
      assert.equal(path, "student");
      assert.equal(fields["mood"]?.value, mood, input);
      const start = text === null ? -1 : input.indexOf(text);
      const person = text === null ? null : { start, end: start + text.length, text };
      assert.deepEqual(fields["person"]?.value, person, input);
    }
    await runtime.close();
  });

  it("finds its pieces in the text as it was written: case, accents and unknown signs included", () => {
    const { encode } = createTokenizer(wordPieces(), { maxTokens: 64 });
    const text = "  Hi  Rav\u00ed\u2014BYE \u2603 ingrid";
    const { ids, offsets } = encode(text);
    assert.deepEqual([ids[0], ids.at(-1)], [2, 3]);
    const pieces = offsets.slice(1, -1).map(([start, end]) => text.slice(start, end));
    assert.equal(pieces.join(""), "HiRav\u00ed\u2014BYE\u2603ingrid");
    assert.ok(pieces.length > 6);
  });
});
