// This file makes the JSON Schemas of the documents inside an artifact, from the schemas the code itself checks with.
import { Bundle, Contract, documentSchema, Manifest, Predicate, Statement } from "@kolm/format";
import { Score } from "@kolm/stage";

/** Where they are published, from the root of the repository. */
export const ARTIFACT_SCHEMAS = "tools/format/schemas";

/** Draft 2020-12 schemas by file name; what they cannot say (order of layers, canonical form) is in SPEC.md. */
export function artifactSchemas(): Readonly<Record<string, object>> {
  return {
    "manifest.schema.json": documentSchema(Manifest, "manifest.json of RS-1 (SPEC.md, 4)"),
    "bundle.schema.json": documentSchema(Bundle, "receipt/bundle.json and seal/*.json of RS-1 (SPEC.md, 9.1)"),
    "statement.schema.json": documentSchema(Statement, "The statement a receipt signs (SPEC.md, 8)"),
    "predicate.schema.json": documentSchema(Predicate, "The predicate of that statement (SPEC.md, 8)"),
    "contract.schema.json": documentSchema(Contract, "layers/verifier/contract.json: what the task reads and answers"),
    "score.schema.json": documentSchema(Score, "layers/verifier/score.json: the K-score and what it was computed from"),
  };
}
