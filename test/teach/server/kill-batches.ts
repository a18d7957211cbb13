// This file kills runs of the teach stage at the moments of a batch's life and counts what the provider billed.
import assert from "node:assert/strict";
import { createRng } from "@kolm/stage";
import { jsonOf, row, rowsOf } from "../fake-context.ts";
import { afterKills } from "./killing.ts";
import { optionsFor, type Wire } from "./wires.ts";

const examples = Array.from({ length: 20 }, (_, at) => row(`message ${at}`));
const WHEN = ["before", "handled", "answered"] as const;
type When = (typeof WHEN)[number];

/** Kills at the submission in the ways given, then at random requests; asserts that every input was billed once. */
export async function killBatches(wire: Wire, submissions: readonly When[], kills: number): Promise<void> {
  const rng = createRng(`${wire.name} ${submissions.join()}`);
  const moments: string[] = [];
  let kill: () => void = () => undefined;
  let isWanted: (name: string, when: string) => boolean = () => false;
  await using server = await wire.start({
    looks: 12,
    step: (name, when) => {
      if (!isWanted(name, when)) return undefined;
      moments.push(`${name} ${when}`);
      isWanted = () => false;
      kill();
      return "drop";
    },
  });
  const written = await afterKills({
    options: optionsFor(wire, server, { mode: "batch" }),
    examples,
    kills,
    armed: (child, number) => {
      const submission = submissions[number];
      const when = WHEN[rng.integer(3)];
      let left = 1 + rng.integer(3);
      isWanted = (name, at) => {
        if (submission !== undefined) return name === wire.steps.submit && at === submission;
        return at === when && --left === 0;
      };
      kill = () => child.kill("SIGKILL");
    },
    disarmed: () => (isWanted = () => false),
  });
  const seen = moments.join(", ");
  assert.equal(moments.length, kills, seen);
  assert.equal(rowsOf(written, "answers.jsonl").filter(({ output }) => output !== null).length, examples.length);
  assert.deepEqual(server.till.billed.toSorted(), examples.map(({ input }) => input).toSorted(), seen);
  assert.deepEqual(jsonOf(written, "ledger.json")["tokens"], server.till.tokens);
}
