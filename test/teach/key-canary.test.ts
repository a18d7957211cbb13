// This file searches every byte that a run leaves behind for the teacher's key, in all encodings, on failing paths too.
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { openStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { readKey } from "../../plugins/teach/src/provider/wire/key.ts";
import { fakeContext, row } from "./fake-context.ts";
import { message } from "./server/anthropic.ts";
import { json, serve } from "./server/loopback.ts";
import { completion } from "./server/openai.ts";
import { optionsFor, type Wire, WIRES } from "./server/wires.ts";

const KEY = 'sk-canary-4f/9+Zq~"e7\\u';
const secrets = { TEACHER_KEY: KEY };

function formsOf(key: string): string[] {
  const bytes = Buffer.from(key);
  const shifted = [0, 1, 2].map((pad) =>
    Buffer.concat([Buffer.alloc(pad, "x"), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [
    key,
    JSON.stringify(key).slice(1, -1),
    JSON.stringify(JSON.stringify(key)).slice(3, -3),
    encodeURIComponent(key),
    bytes.toString("hex"),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    ...shifted,
  ];
}

const wrapped = [0, 1, 2].map((pad) => Buffer.from(`${"x".repeat(pad)}${KEY}, and more`).toString("base64"));
const echoed = [...formsOf(KEY).slice(0, 7), Buffer.from(KEY).toString("hex").toUpperCase(), ...wrapped];
const echo = echoed.join(" ");

function assertClean(shown: string, where: string): void {
  for (const form of formsOf(KEY))
    assert.ok(!shown.toLowerCase().includes(form.toLowerCase()), `${where} shows ${form}`);
}

/** Runs the stage on a store of its own, and gives all that it wrote, said and threw. */
async function tracesOf(options: object): Promise<{ shown: string; code: string }> {
  const folder = await mkdtemp(join(tmpdir(), "kolm-canary-"));
  const printed: string[] = [];
  const restore = listen(printed);
  try {
    const store = await openStore(folder);
    const { context, written, messages } = await fakeContext({
      options,
      secrets,
      examples: [row("a"), row("b")],
      store,
    });
    const failure = await teach.run(context).then(
      () => undefined,
      (error: Error & { code?: string; hint?: string }) => error,
    );
    await store.close();
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const bytes = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "latin1")));
    const outputs = [...written.values()].map((file) => Buffer.from(file).toString("latin1"));
    const thrown = [failure?.message, failure?.hint, failure?.stack, inspect(failure, { depth: 9, showHidden: true })];
    const shown = [...bytes, ...outputs, ...messages, ...printed, ...thrown, process.argv.join(" ")].join("\n");
    return { shown, code: failure?.code ?? "" };
  } finally {
    restore();
    await rm(folder, { recursive: true });
  }
}

/** Keeps what is printed to the console, which the SDKs log to. */
function listen(printed: string[]): () => void {
  const methods = ["log", "info", "warn", "error", "debug"] as const;
  const before = methods.map((method) => console[method]);
  for (const method of methods)
    console[method] = (...words: unknown[]) => void printed.push(inspect(words, { depth: 9 }));
  return () => methods.forEach((method, at) => (console[method] = before[at] ?? console[method]));
}

const settings = (wire: Wire, url: string, more: object = {}) =>
  optionsFor(wire, { baseURL: url }, { keyEnv: "TEACHER_KEY", maxRetries: 0, timeoutSeconds: 0.5, ...more });

describe("the teacher's key", () => {
  for (const wire of WIRES) {
    it(`stands in no error, file, memo or log when a server echoes it in any form (${wire.name})`, async () => {
      for (const status of [400, 401, 402, 403, 404, 413, 422, 429, 500, 503, 529]) {
        await using server = await serve((_, response) =>
          json(
            response,
            status,
            { type: "error", error: { type: KEY, code: KEY, message: `no: ${echo}` } },
            { "x-request-id": "id", "request-id": "id" },
          ),
        );
        for (const mode of ["live", "batch"]) {
          const { shown, code } = await tracesOf(settings(wire, server.url, { mode }));
          assert.match(code, /^TEACHER_/);
          assertClean(shown, `${wire.name} ${mode} ${status}`);
        }
      }
    });

    it(`stands nowhere when an answer repeats it, a body breaks off or nobody listens (${wire.name})`, async () => {
      const words = { mood: "good", word: null, ["said"]: echo };
      await using parrot = await serve(({ path }, response) =>
        json(
          response,
          200,
          wire.name === "anthropic" ? message({ answer: words }, { model: echo }) : completion(path, { answer: words }),
        ),
      );
      const { shown } = await tracesOf(settings(wire, parrot.url));
      assert.ok(shown.includes('"refused":false'), "the memo is among what was searched");
      assertClean(shown, "an answer");
      await using torn = await serve((_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "9999" });
        response.write(`{"echo": ${JSON.stringify(echo)}`, () => response.socket?.destroy());
      });
      assertClean((await tracesOf(settings(wire, torn.url))).shown, "a torn body");
      await using html = await serve((_, response) => void response.end(`<html>${echo}`));
      assertClean((await tracesOf(settings(wire, html.url))).shown, "a page");
      assertClean((await tracesOf(settings(wire, "http://127.0.0.1:9"))).shown, "a closed port");
    });
  }

  it("comes from a variable, a descriptor read once, or a command, and from nowhere else", () => {
    const folder = mkdtempSync(join(tmpdir(), "kolm-key-"));
    try {
      const file = join(folder, "key");
      writeFileSync(file, `${KEY}\n`);
      const descriptor = openSync(file, "r");
      const from = (values: Record<string, string>) => readKey("T_KEY", (name) => values[name]);
      assert.equal(from({ T_KEY: "plain", KOLM_T_KEY_FD: "0" }), "plain");
      assert.equal(from({ KOLM_T_KEY_FD: String(descriptor) }), KEY);
      closeSync(descriptor);
      assert.equal(from({ KOLM_T_KEY_FD: String(descriptor) }), KEY, "a later stage of the process gets it too");
      assert.equal(from({ KOLM_T_KEY_COMMAND: `cat ${file}` }), KEY);
      assert.equal(from({ KOLM_T_KEY_COMMAND: JSON.stringify(["cat", file]) }), KEY);
      const refused: [Record<string, string>, RegExp][] = [
        [{}, /T_KEY is not set/],
        [{ KOLM_T_KEY_FD: "1" }, /KOLM_T_KEY_FD names no open file or pipe/],
        [{ KOLM_T_KEY_FD: "999" }, /KOLM_T_KEY_FD names no open file or pipe/],
        [{ KOLM_T_KEY_COMMAND: `cat ${file} ${join(folder, "none")}` }, /holds a command that failed/],
        [{ KOLM_T_KEY_COMMAND: "true" }, /printed nothing/],
      ];
      for (const [values, words] of refused) {
        assert.throws(
          () => from(values),
          (error: Error & { code: string }) => {
            assertClean(inspect(error, { depth: 9, showHidden: true }), "the error");
            assert.equal(error.code, "TEACHER_KEY");
            return words.test(error.message);
          },
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
