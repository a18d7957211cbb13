// This file tests that the published JSON Schemas are those of the code, and that they know every section.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { editorSchemas } from "@kolm/nx";

test("the published schemas are current (npm run schemas writes them)", () => {
  for (const [name, schema] of Object.entries(editorSchemas())) {
    const published: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../../plugins/nx", name), "utf8"));
    assert.deepEqual(published, JSON.parse(JSON.stringify(schema)), name);
  }
});

test("task.yaml's schema knows every section and refuses others", () => {
  const schema = editorSchemas()["task-file.schema.json"] as {
    properties: Record<string, unknown>;
    additionalProperties: unknown;
  };
  const sections = [
    "name",
    "version",
    "description",
    "input",
    "output",
    "base",
    "examples",
    "evals",
    "golden",
    "corpus",
    "device",
  ];
  for (const section of [...sections, "teacher", "student", "recipes", "recall", "gate"])
    assert.ok(schema.properties[section], section);
  assert.equal(schema.additionalProperties, false);
});
