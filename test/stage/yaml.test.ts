// This file tests that broken YAML and wrong values are pointed at with line, column and a fix.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { nearest, parseYaml } from "@kolm/stage";
import { z } from "zod";

const schema = z.strictObject({
  name: z.string(),
  gate: z.strictObject({ k: z.number().max(1), accuracy: z.number() }).optional(),
  teacher: z.discriminatedUnion("provider", [
    z.strictObject({ provider: z.literal("labels") }),
    z.strictObject({ provider: z.literal("openai"), model: z.string() }),
  ]),
});

function failure(text: string): KolmError {
  try {
    parseYaml(text, "task.yaml", { schema });
  } catch (error) {
    assert.ok(error instanceof KolmError);
    return error;
  }
  return assert.fail("expected the file to be refused");
}

test("a file that fits is given back as its value", () => {
  const { value, place } = parseYaml("name: a\nteacher: {provider: labels}\n", "task.yaml", { schema });
  assert.equal(value.name, "a");
  assert.deepEqual(place(["teacher", "provider"]), { file: "task.yaml", line: 2, column: 21 });
});

test("malformed YAML is named with its place", () => {
  const error = failure("name: a\nteacher: {provider: labels\nmore: [\n");
  assert.equal(error.code, "YAML_SYNTAX");
  assert.equal(error.place?.file, "task.yaml");
  assert.ok((error.place?.line ?? 0) >= 2);
});

test("a key given twice is refused", () => {
  assert.equal(failure("name: a\nname: b\nteacher: {provider: labels}\n").code, "YAML_SYNTAX");
});

test("an unknown key inside a section is pointed at, with the known key it resembles", () => {
  const error = failure("name: a\nteacher: {provider: labels}\ngate:\n  k: 0.7\n  accuracy: 0.8\n  acuracy: 1\n");
  assert.equal(error.code, "SCHEMA");
  assert.deepEqual(error.place, { file: "task.yaml", line: 6, column: 3 });
  assert.equal(error.hint, 'Did you mean "accuracy"?');
});

test("an unknown key alone gets its line, column and a suggestion", () => {
  const error = failure("name: a\nteacher: {provider: labels}\ngates: {}\n");
  assert.deepEqual(error.place, { file: "task.yaml", line: 3, column: 1 });
  assert.equal(error.hint, 'Did you mean "gate"?');
});

test("a value out of range says what was found", () => {
  const error = failure("name: a\nteacher: {provider: labels}\ngate: {k: 7, accuracy: 0.8}\n");
  assert.deepEqual(error.place, { file: "task.yaml", line: 3, column: 11 });
  assert.match(error.message, /gate\.k: .*found 7/);
});

test("a missing value is placed at its parent", () => {
  const error = failure("name: a\nteacher:\n  provider: openai\n");
  assert.equal(error.place?.line, 3);
  assert.match(error.message, /teacher\.model.*missing/);
});

test("every complaint is listed", () => {
  const error = failure("name: 3\nteacher: {provider: labels, x: 1}\n");
  assert.equal(error.message.split("\n").length, 2);
});

test("the nearest word is found within two edits", () => {
  assert.equal(nearest("acuracy", ["accuracy", "coverage"]), "accuracy");
  assert.equal(nearest("zzz", ["accuracy", "coverage"]), undefined);
});
