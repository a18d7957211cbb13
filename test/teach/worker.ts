// This file is a process that runs the teach stage against a server; tests kill it.
import { openStore } from "@kolm/store";
import { teach } from "@kolm/teach";
import { type FakeRow, fakeContext } from "./fake-context.ts";

const [folder = "", baseURL = "", examples = "[]", concurrency = "1"] = process.argv.slice(2);
const store = await openStore(folder);
const options = {
  provider: "openai",
  model: "m",
  baseURL,
  price: { input: 1, output: 2 },
  maxRetries: 0,
  concurrency: Number(concurrency),
};
const { context } = await fakeContext({ options, examples: JSON.parse(examples) as FakeRow[], store });
await teach.run(context);
await store.close();
