// This file shows that a cassette replays all answers of a teacher, that offline means no call, and what a cassette may hold.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "@kolm/store";
import { recordCassette, teach } from "@kolm/teach";
import { readTape } from "../../plugins/teach/src/cassette/tape.ts";
import { type Fake, fakeContext, jsonOf, row, type Spec } from "./fake-context.ts";
import { optionsFor, WIRES } from "./server/wires.ts";

const FILE = "teacher.cassette.jsonl";
const KEY = "sk-cassette-canary-5381";
const examples = [row("one"), row("two"), row("three")];
const evals = [row("four")];
const offline = { KOLM_OFFLINE: "1" };

/** Teach and baseline run; the text of the cassette of what they asked. */
async function recorded(spec: Spec): Promise<{ readonly text: string; readonly first: Fake }> {
  const first = await fakeContext(spec);
  await teach.run(first.context);
  await first.measure();
  const { text, path } = await recordCassette(first.context);
  assert.equal(path, FILE);
  return { text, first };
}

for (const wire of WIRES) {
  describe(`${wire.name}: a cassette`, () => {
    it("replays everything in a workspace that remembers nothing, with no call and no key", async () => {
      await using server = await wire.start();
      const spec = { options: optionsFor(wire, server, { k: 2, keyEnv: "K" }), examples, evals, secrets: { K: KEY } };
      const { text, first } = await recorded(spec);
      const calls = server.till.calls.length;
      assert.equal(calls, 7);
      assert.equal(text.trim().split("\n").length, 7);
      assert.ok(!text.includes(KEY));
      const again = await fakeContext({ ...spec, secrets: offline, recorded: { [FILE]: text } });
      await teach.run(again.context);
      await again.measure();
      assert.equal(server.till.calls.length, calls);
      assert.deepEqual(again.written, first.written);
      const { text: second } = await recordCassette(again.context);
      assert.equal(second, text);
    });

    it("is asked before the memo, and a miss is asked of the teacher unless offline", async () => {
      await using server = await wire.start();
      const spec = { options: optionsFor(wire, server), examples, evals, store: memoryStore() };
      const { text } = await recorded(spec);
      const changed = text.replaceAll('"latencyMs":', '"latencyMs":7');
      const more = { ...spec, examples: [...examples, row("a new one")], recorded: { [FILE]: changed } };
      const refused = await fakeContext({ ...more, secrets: offline });
      await assert.rejects(async () => teach.run(refused.context), {
        code: "TEACHER_OFFLINE",
        message: /the answer of test-model to the input "a new one" \(sample 0\)/,
      });
      const calls = server.till.calls.length;
      const asked = await fakeContext(more);
      await teach.run(asked.context);
      const { p95 } = jsonOf(asked.written, "ledger.json")["latencyMs"] as { p95: number };
      assert.ok(p95 >= 70, `${p95} ms is what the memo says, not the cassette`);
      assert.deepEqual(
        server.till.calls.slice(calls).map(({ input }) => input),
        ["a new one"],
      );
    });
  });
}

describe("a cassette", () => {
  it("is not needed offline when the memo knows all", async () => {
    const [wire] = WIRES;
    assert.ok(wire);
    await using server = await wire.start();
    const store = memoryStore();
    const spec = { options: optionsFor(wire, server), examples, store };
    await teach.run((await fakeContext(spec)).context);
    await teach.run((await fakeContext({ ...spec, secrets: offline })).context);
    assert.equal(server.till.calls.length, 3);
  });

  it("that was tampered with or torn is refused with its line", async () => {
    const [wire] = WIRES;
    assert.ok(wire);
    await using server = await wire.start();
    const { text } = await recorded({ options: optionsFor(wire, server), examples, evals });
    const [line = "", other = ""] = text.split("\n");
    const refused = (broken: string, message: RegExp, place: number) =>
      assert.throws(() => readTape(broken, "c.jsonl"), {
        code: "CASSETTE",
        message,
        place: { file: "c.jsonl", line: place },
      });
    const at = text.split("\n").findIndex((one) => one.includes("\\none\\n")) + 1;
    refused(text.replace("\\none\\n", "\\nohe\\n"), /not the one that the key is the digest of/, at);
    refused(`${line}\n${other.slice(0, -5)}`, /not one JSON object/, 2);
    refused(`${line}\n${line.replace('"latencyMs":', '"latencyMs":9')}`, /another answer/, 2);
    refused(line.replace('"answer"', '"anser"'), /answer|anser/, 1);
    assert.equal(readTape(`${text}\n\n`, "c.jsonl").size, 4);
  });

  it("is not recorded where the address itself would give a secret away", async () => {
    for (const baseURL of ["http://me:pass@127.0.0.1:9/v1", "http://127.0.0.1:9/v1?key=abc"]) {
      const options = { provider: "openai", model: "m", baseURL, price: { input: 1, output: 1 } };
      const { context } = await fakeContext({ options, examples });
      await assert.rejects(recordCassette(context), (error: Error) => {
        assert.match(error.message, /more than an address/);
        return !error.message.includes("pass") && !error.message.includes("abc");
      });
    }
  });

  it("cannot be recorded of people's labels", async () => {
    const { context } = await fakeContext({ options: { provider: "labels" }, examples });
    await assert.rejects(recordCassette(context), { code: "CASSETTE_NONE" });
  });
});
