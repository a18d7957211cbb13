// This file is a program that changes a side index without end, for a test to kill: it writes one of two states after the other.
import { folderSideStorage } from "@kolm/runtime/node";
import { stateOf } from "./side-states.ts";

const [, , folder = ""] = process.argv;
const storage = folderSideStorage(folder);
let { revision, records } = await storage.load();
process.stdout.write("ready\n");
for (let turn = records.length === stateOf(0).length ? 1 : 0; ; turn = 1 - turn) {
  const put = stateOf(turn);
  const known = new Set(put.map(({ key }) => key));
  const remove = records.map(({ key }) => key).filter((key) => !known.has(key));
  revision = await storage.commit({ revision, put, remove });
  records = put;
}
