// This file is a process that writes to a store and announces each finished write; tests kill it.
import { openStore } from "@kolm/store";
import { tempName } from "../../cache/store/src/temp.ts";

const [folder = "", mode = "", seed = ""] = process.argv.slice(2);
const store = await openStore(folder);
const modes: Record<string, () => Promise<void>> = {
  "temp-name": async () => {
    process.stdout.write(`${tempName()}\n`);
    setInterval(() => undefined, 1000);
  },
  close: async () => {
    await write(1);
    await store.close();
  },
  leave: () => write(1),
  write: () => write(100_000),
  few: async () => {
    await write(30);
    await store.close();
  },
};
await modes[mode]?.();

async function write(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const name = await store.blobs.put(new TextEncoder().encode(`${seed} ${index} `.padEnd(20_000, "x")));
    await store.memo.put(name, new TextEncoder().encode(name));
    process.stdout.write(`${name}\n`);
  }
}
