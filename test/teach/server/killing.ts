// This file runs the teach stage in child processes that a test kills, then once more to its end.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { fakeContext, type FakeRow } from "../fake-context.ts";

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));

type Killing = {
  readonly options: object;
  readonly examples: readonly FakeRow[];
  readonly kills: number;
  /** Called with the number of each child; must see to it that the child is killed. */
  readonly armed: (child: ChildProcess, number: number) => void;
  /** Called before the run that is not killed. */
  readonly disarmed: () => void;
};

/** Kills `kills` runs on one store, one after the other, and gives the files of the run that then comes to its end. */
export async function afterKills({
  options,
  examples,
  kills,
  armed,
  disarmed,
}: Killing): Promise<Map<string, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), "kolm-kill-"));
  try {
    const args = [WORKER, folder, JSON.stringify(options), JSON.stringify(examples)];
    for (let number = 0; number < kills; number++) {
      const child = spawn(process.execPath, ["--conditions=kolm-source", "--import", "tsx", ...args], {
        stdio: "inherit",
      });
      armed(child, number);
      const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
      assert.equal(signal, "SIGKILL", `child ${number} ended by itself with ${code}`);
    }
    disarmed();
    const store = await openStore(folder);
    const { context, written } = await fakeContext({ options, examples, store });
    await teach.run(context);
    await store.close();
    return written;
  } finally {
    await rm(folder, { recursive: true });
  }
}
