// This file shows that the teacher's key reaches the server and nothing else: no error, no store, no file.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { memoryStore, openStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { fakeContext, row } from "./fake-context.ts";
import { complete, reply, startServer } from "./server.ts";

const KEY = 'sk-canary-4f/9+Zq~"e7';
const secrets = { TEACHER_KEY: "plain-test-key" };
const options = (baseURL: string, more: object = {}) => ({
  provider: "openai",
  model: "test-model",
  baseURL,
  keyEnv: "TEACHER_KEY",
  price: { input: "1.5", output: 6 },
  maxRetries: 2,
  ...more,
});

describe("openai teacher and its key", () => {
  const formsOf = (key: string): string[] => {
    const bytes = Buffer.from(key);
    return [
      key,
      JSON.stringify(key).slice(1, -1),
      encodeURIComponent(key),
      bytes.toString("hex"),
      bytes.toString("base64"),
      bytes.toString("base64url"),
    ];
  };

  it("never shows the key in an error, whatever form the server echoes it in", async () => {
    for (const status of [400, 401, 403, 404, 422, 429, 500]) {
      await using server = await startServer((_, response) => {
        const wrapped = [0, 1, 2].map((pad) =>
          Buffer.from(`${"x".repeat(pad)}Bearer ${KEY}, and more`).toString("base64"),
        );
        const echoed = [...formsOf(KEY), Buffer.from(KEY).toString("hex").toUpperCase(), ...wrapped].join(" ");
        reply(response, status, { error: { message: `no: ${echoed}`, code: KEY, type: KEY } }, { "x-request-id": KEY });
      });
      const { context, messages } = await fakeContext({
        options: options(server.baseURL, { maxRetries: 0 }),
        secrets: { TEACHER_KEY: KEY },
        examples: [row("a")],
      });
      const failure = await teach.run(context).then(
        () => assert.fail("no error"),
        (error: unknown) => error as Error & { hint: string; cause: unknown },
      );
      assert.equal(server.calls[0]?.headers.authorization, `Bearer ${KEY}`);
      const shown = [
        failure.message,
        failure.hint,
        failure.stack,
        inspect(failure, { depth: 9 }),
        String(failure.cause),
        ...messages,
      ].join("\n");
      for (const form of formsOf(KEY))
        assert.ok(!shown.toLowerCase().includes(form.toLowerCase()), `${status} shows ${form}`);
      assert.match(failure.message, new RegExp(`\\(${status}\\)`));
    }
  });

  it("never writes the key into the store or the stage's files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kolm-key-"));
    const store = await openStore(folder);
    await using server = await startServer(({ input }, response) =>
      input === "fails"
        ? reply(response, 400, { error: { message: KEY } })
        : complete(response, { mood: "good", word: null }),
    );
    const spec = { options: options(server.baseURL, { maxRetries: 0 }), secrets: { TEACHER_KEY: KEY }, store };
    await assert.rejects(async () =>
      teach.run((await fakeContext({ ...spec, examples: [row("a"), row("fails")] })).context),
    );
    const { context, written } = await fakeContext({ ...spec, examples: [row("a"), row("b")] });
    await teach.run(context);
    await store.close();
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const bytes = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "latin1")));
    const all = [...bytes, ...[...written.values()].map((file) => Buffer.from(file).toString("latin1"))]
      .join("\n")
      .toLowerCase();
    assert.ok(all.includes('"finish":"stop"'), "the memo is among what was searched");
    for (const form of formsOf(KEY)) assert.ok(!all.includes(form.toLowerCase()), `written: ${form}`);
    await rm(folder, { recursive: true });
  });

  it("names the variable of a missing or refused key", async () => {
    await using server = await startServer((_, response) => reply(response, 401, { error: { message: "no" } }));
    const missing = await fakeContext({ options: options(server.baseURL), examples: [row("a")] });
    await assert.rejects(async () => teach.run(missing.context), {
      code: "TEACHER_KEY",
      message: /TEACHER_KEY is not set/,
    });
    const refused = await fakeContext({ options: options(server.baseURL), secrets, examples: [row("a")] });
    await assert.rejects(async () => teach.run(refused.context), {
      code: "TEACHER_KEY",
      message: /refused the key in TEACHER_KEY \(401\)/,
    });
  });

  it("asks for no key when the memo knows every answer", async () => {
    await using server = await startServer();
    const store = memoryStore();
    const spec = { options: options(server.baseURL), examples: [row("a"), row("b")], store };
    await teach.run((await fakeContext({ ...spec, secrets })).context);
    await teach.run((await fakeContext(spec)).context);
    assert.equal(server.calls.length, 2);
  });
});
