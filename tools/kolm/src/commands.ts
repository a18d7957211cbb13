// This file is the table of commands, in the order help shows them; each is loaded only when it is called.
import type { Command } from "./command.ts";

const LOADERS = {
  compile: async () => (await import("./command/compile.ts")).compile,
  plan: async () => (await import("./command/plan.ts")).plan,
  teach: async () => (await import("./command/teach.ts")).teach,
  review: async () => (await import("./command/review.ts")).review,
  run: async () => (await import("./command/run.ts")).run,
  inspect: async () => (await import("./command/inspect.ts")).inspect,
  verify: async () => (await import("./command/verify.ts")).verify,
  "verify-receipt": async () => (await import("./command/trust/verify-receipt.ts")).verifyReceipt,
  recall: async () => (await import("./command/recall.ts")).recall,
  export: async () => (await import("./command/export.ts")).exportCommand,
  diff: async () => (await import("./command/artifact/diff.ts")).diff,
  eject: async () => (await import("./command/artifact/eject.ts")).eject,
  repack: async () => (await import("./command/artifact/repack.ts")).repack,
  prove: async () => (await import("./command/artifact/prove.ts")).prove,
  "check-proof": async () => (await import("./command/artifact/check-proof.ts")).checkProof,
  keys: async () => (await import("./command/trust/keys.ts")).keys,
  trust: async () => (await import("./command/trust/trust.ts")).trust,
  stage: async () => (await import("./command/stage.ts")).stage,
  cache: async () => (await import("./command/cache/cache.ts")).cache,
  doctor: async () => (await import("./command/doctor.ts")).doctor,
} satisfies Record<string, () => Promise<Command>>;

export const COMMAND_NAMES: readonly string[] = Object.keys(LOADERS);

/** The command of that name, undefined when there is none. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return Object.hasOwn(LOADERS, name) ? LOADERS[name as keyof typeof LOADERS]() : undefined;
}
