// This file runs the recipes stage over files in memory, for tests.
import assert from "node:assert/strict";
import { canonicalBytes } from "@kolm/format";
import { type Certificates, type Question, recipes, RecipesOptions } from "@kolm/recipes";
import { type Context, createRng } from "@kolm/stage";

export const CONTRACT = {
  input: { type: "text", maxLength: 1000 },
  output: { wish: { type: "enum", values: ["renew", "ask"] }, loan: { type: "span" } },
};

export type Written = {
  readonly pack: Uint8Array;
  readonly certificates: Certificates;
  readonly questions: readonly Question[];
};

/** Runs the stage over answer lines; only declared files can be read and written. */
export async function runStage(
  lines: readonly string[],
  options: object = {},
  {
    contract = CONTRACT,
    unlabelled,
    candidates,
  }: { contract?: object; unlabelled?: readonly string[]; candidates?: string } = {},
): Promise<Written> {
  const files = new Map<string, Uint8Array>([
    ["spec/contract.json", canonicalBytes(contract)],
    ["spec/recipes.json", canonicalBytes(options)],
    ["teach/answers.jsonl", new TextEncoder().encode(lines.join("\n"))],
  ]);
  if (unlabelled !== undefined) {
    const rows = unlabelled.map((input, at) => JSON.stringify({ id: `u${at}`, input }));
    files.set("spec/unlabelled.jsonl", new TextEncoder().encode(rows.join("\n")));
  }
  if (candidates !== undefined) files.set("teach/candidates.jsonl", new TextEncoder().encode(candidates));
  const written = new Map<string, Uint8Array>();
  const read = (path: string): Uint8Array => {
    assert.ok(recipes.reads.includes(path), `${path} is not declared`);
    return files.get(path) ?? assert.fail(`${path} does not exist`);
  };
  const write = (path: string, bytes: Uint8Array): Promise<void> => {
    assert.ok(recipes.writes.includes(path), `${path} is not declared`);
    written.set(path, bytes);
    return Promise.resolve();
  };
  const unused = (): never => assert.fail("the recipes stage needs neither store nor keys");
  const context = {
    task: "desk",
    options: RecipesOptions.parse(options),
    inputs: {
      bytes: async (path: string) => read(path),
      json: async (path: string) => JSON.parse(new TextDecoder().decode(read(path))) as never,
      has: async (path: string) => files.has(path),
      list: unused,
      blob: unused,
      pointer: unused,
    },
    outputs: {
      bytes: write,
      json: (path: string, value: unknown) => write(path, canonicalBytes(value)),
      blob: unused,
      artifact: unused,
    },
    rng: createRng("stage"),
    report: () => {},
    signal: new AbortController().signal,
    store: {
      blobs: { has: unused, get: unused, put: unused, path: unused, read: unused, write: unused, touch: unused },
      memo: { get: unused, put: unused },
      close: unused,
    },
    secret: unused,
    signer: unused,
  } satisfies Context<RecipesOptions>;
  await recipes.run(context);
  const certificates = JSON.parse(new TextDecoder().decode(written.get("certificates.json"))) as Certificates; // the stage's own file
  const review = new TextDecoder().decode(written.get("review.jsonl")).split("\n");
  const questions = review.filter((line) => line !== "").map((line) => JSON.parse(line) as Question); // as above
  return { pack: written.get("pack.json") ?? assert.fail("no pack"), certificates, questions };
}
