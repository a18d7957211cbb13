// This file stands in for node:child_process while mutants are judged: other programs judge files, not the sources that are mutated.

/** No program is installed, so that the tests that need one are skipped. */
export function spawnSync(): { readonly status: number } {
  return { status: 1 };
}

export function spawn(command: string): never {
  throw new Error(`${command} is not run while mutants are judged`);
}
