// This file writes the published JSON Schemas; a test fails when they lag behind the code.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { editorSchemas } from "@kolm/nx";

for (const [name, schema] of Object.entries(editorSchemas())) {
  writeFileSync(join(import.meta.dirname, "../../../plugins/nx", name), `${JSON.stringify(schema, null, 2)}\n`);
  console.log(`wrote plugins/nx/${name}`);
}
