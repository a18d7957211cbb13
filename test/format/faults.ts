// This file lets a test stand between a program and its file system: every call that writing a file makes passes a hook.
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { devNull } from "node:os";

/** Told each call by name before it happens; what it returns stands for the call, go() makes it. */
export type Hook = (call: string, go: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>;

const CALLS = ["mkdir", "readdir", "rename"] as const;
const ON_FILES = ["write", "sync"] as const;

/** Runs the body with the hook in place of node:fs/promises, for all of the process. */
export async function withHook<T>(hook: Hook, body: () => Promise<T>): Promise<T> {
  const handle = await files.open(devNull);
  const restore = [
    ...CALLS.map((call) => replace(files, call, hook)),
    // A file's close is its own and not its prototype's.
    replace(files, "open", async (call, go, args) => {
      const file = await hook(call, go, args);
      if (typeof file === "object" && file !== null) replace(file, "close", hook);
      return file;
    }),
    ...ON_FILES.map((call) => replace(Object.getPrototypeOf(handle), call, hook)),
  ];
  syncBuiltinESMExports();
  try {
    return await body();
  } finally {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
    await handle.close();
  }
}

type Callable = (...args: readonly unknown[]) => Promise<unknown>;

function replace(owner: object, call: string, hook: Hook): () => void {
  const methods = owner as Record<string, Callable>; // each named call is a function of a promise
  const real = methods[call] as Callable;
  methods[call] = function replaced(this: unknown, ...args) {
    return hook(call, () => real.apply(this, [...args]), args);
  };
  return () => void (methods[call] = real);
}

/** The call of that number (from 0) is met by `meet`; the names of all calls so far are kept in `seen`. */
export function nth(number: number, meet: Hook, seen: string[] = []): Hook {
  return async (call, go, args) => (seen.push(call) - 1 === number ? meet(call, go, args) : go());
}
