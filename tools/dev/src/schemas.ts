// This file writes the published JSON Schemas; a test fails when they lag behind the code.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editorSchemas } from "@kolm/nx";
import { ARTIFACT_SCHEMAS, artifactSchemas } from "./artifact-schemas.ts";

for (const [folder, schemas] of [
  ["plugins/nx", editorSchemas()],
  [ARTIFACT_SCHEMAS, artifactSchemas()],
] as const) {
  const path = join(import.meta.dirname, "../../..", folder);
  mkdirSync(path, { recursive: true });
  for (const [name, schema] of Object.entries(schemas)) {
    writeFileSync(join(path, name), `${JSON.stringify(schema, null, 2)}\n`);
    console.log(`wrote ${folder}/${name}`);
  }
}
