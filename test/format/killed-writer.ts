// This program writes a file of three pieces and kills itself, as kill -9 does, at the call whose number it is given.
import { writeFileAtomically } from "@kolm/format/node";
import { nth, withHook } from "./faults.ts";

const [path = "", number = ""] = process.argv.slice(2);
const pieces = [65, 66, 67].map((letter) => new Uint8Array(1000).fill(letter));
await withHook(
  nth(Number(number), async (): Promise<never> => {
    process.kill(process.pid, "SIGKILL");
    throw new Error("a killed process does not get here");
  }),
  () => writeFileAtomically(path, pieces),
);
