// This file is a process that runs the teach stage with any options; tests kill it.
import { openStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { type FakeRow, fakeContext } from "../fake-context.ts";

const [folder = "", options = "{}", examples = "[]"] = process.argv.slice(2);
const store = await openStore(folder);
const { context } = await fakeContext({
  options: JSON.parse(options) as unknown,
  examples: JSON.parse(examples) as FakeRow[],
  store,
});
await teach.run(context);
await store.close();
