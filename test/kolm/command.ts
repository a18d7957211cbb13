// This file runs the kolm command inside the test's own process, as a user would in a folder.
import { main } from "kolm";

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

// Every command listens for Ctrl-C anew.
process.setMaxListeners(200);

/** Runs one command line in a folder and catches its words. */
export async function runIn(folder: string, words: readonly string[]): Promise<Ran> {
  const { log, error } = console;
  const write = process.stderr.write;
  const back = process.cwd();
  const said = { stdout: "", stderr: "" };
  console.log = (...parts: unknown[]) => void (said.stdout += `${parts.join(" ")}\n`);
  console.error = (...parts: unknown[]) => void (said.stderr += `${parts.join(" ")}\n`);
  process.stderr.write = (text) => {
    said.stderr += String(text);
    return true;
  };
  process.chdir(folder);
  try {
    const code = await main(words);
    return { code, ...said };
  } finally {
    process.chdir(back);
    Object.assign(console, { log, error });
    process.stderr.write = write;
  }
}
