// This file holds the published JSON Schemas to the code, and the documents of artifacts to them.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromBase64, memorySource, readContainer } from "@kolm/format";
import { openFileSource } from "@kolm/format/node";
import { ARTIFACT_SCHEMAS, artifactSchemas } from "../../tools/dev/src/artifact-schemas.ts";
import { conformanceCases } from "../vectors/rs1/generate.ts";
import { fits } from "./json-schema.ts";
import type { ByteSource } from "@kolm/format";

const ROOT = join(import.meta.dirname, "../..");
const published = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, ARTIFACT_SCHEMAS, name), "utf8")) as Record<string, unknown>; // our own files

test("the published schemas are current (npm run schemas writes them)", () => {
  const current = artifactSchemas();
  assert.deepEqual(readdirSync(join(ROOT, ARTIFACT_SCHEMAS)).sort(), Object.keys(current).sort());
  for (const [name, schema] of Object.entries(current))
    assert.deepEqual(published(name), JSON.parse(JSON.stringify(schema)), name);
});

/** Every document of an artifact that has a schema, by the schema's file. */
async function documentsOf(source: ByteSource): Promise<[schema: string, document: unknown][]> {
  const layout = await readContainer(source);
  assert.ok(layout.ok);
  const found: [string, unknown][] = [];
  for (const { path, dataOffset, size } of layout.value.members) {
    const schema = SCHEMAS[path] ?? (/^seal\/.*\.json$/.test(path) ? "bundle.schema.json" : undefined);
    if (schema === undefined) continue;
    const document: unknown = JSON.parse(Buffer.from(await source.read(dataOffset, size)).toString("utf8"));
    found.push([schema, document]);
    if (path !== "receipt/bundle.json") continue;
    const { payload } = (document as { dsseEnvelope: { payload: string } }).dsseEnvelope; // it fits its schema, below
    const statement = JSON.parse(Buffer.from(fromBase64(payload) ?? []).toString("utf8")) as { predicate: unknown };
    found.push(["statement.schema.json", statement], ["predicate.schema.json", statement.predicate]);
  }
  return found;
}

const SCHEMAS: Readonly<Record<string, string>> = {
  "manifest.json": "manifest.schema.json",
  "receipt/bundle.json": "bundle.schema.json",
  "layers/verifier/contract.json": "contract.schema.json",
  "layers/verifier/score.json": "score.schema.json",
};

test("every document of every valid case fits its schema", async () => {
  for (const { name, finding, file } of await conformanceCases()) {
    if (finding !== undefined) continue;
    for (const [schema, document] of await documentsOf(memorySource(file)))
      assert.ok(fits(published(schema), document), `${name}: ${schema}`);
  }
});

test("a manifest with a key too many, one too few or of a wrong form does not fit", () => {
  const manifest = published("manifest.schema.json");
  const layer = {
    kind: "docs",
    path: "layers/docs/a",
    mediaType: "text/plain",
    size: 1,
    sha256: "0".repeat(64),
    root: "0".repeat(64),
    chunk: 1_048_576,
  };
  const good = { format: "kolm/rs-1", name: "a", version: "1.0.0", layers: [layer] };
  assert.ok(fits(manifest, good));
  const { version: _, ...short } = good;
  for (const bad of [
    { ...good, note: 1 },
    short,
    { ...good, name: "A" },
    { ...good, layers: [] },
    { ...good, layers: [{ ...layer, size: 0 }] },
    { ...good, kscore: { k: "1e3" } },
  ])
    assert.ok(!fits(manifest, bad), JSON.stringify(bad));
});

const dist = join(ROOT, "dist");
const compiled = existsSync(dist) ? readdirSync(dist).filter((name) => name.endsWith(".kolm")) : [];
test(
  "the documents of compiled artifacts fit",
  { skip: compiled.length === 0 ? "nothing is compiled" : false },
  async () => {
    for (const name of compiled) {
      await using source = await openFileSource(join(dist, name));
      const documents = await documentsOf(source);
      assert.ok(documents.length >= 6, name);
      for (const [schema, document] of documents) assert.ok(fits(published(schema), document), `${name}: ${schema}`);
    }
  },
);
