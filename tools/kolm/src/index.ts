// This file is the kolm command: it finds the command named first, reads its flags and turns errors into text and exit codes.
import { parseArgs } from "node:util";
import { KolmError } from "@kolm/format";
import type { Command } from "./command.ts";
import { COMMAND_NAMES, loadCommand } from "./commands.ts";

const SHARED_FLAGS = { json: { type: "boolean" }, help: { type: "boolean" } } as const;
type Flags = Record<string, string | boolean | undefined>;

/** Runs one command line (without the program's name) and answers the exit code. */
export async function main([name = "help", ...rest]: readonly string[]): Promise<number> {
  try {
    if (name === "help" || name === "--help" || name === "-h") return await help(rest[0]);
    const command = await loadCommand(name);
    if (command) return await start(command, rest);
    throw new KolmError("COMMAND_UNKNOWN", `there is no command "${name}"`, {
      hint: `Commands: ${COMMAND_NAMES.join(", ")}.`,
    });
  } catch (error) {
    if (rest.includes("--json")) console.log(JSON.stringify({ error: errorRecord(error) }));
    else console.error((await import("@kolm/stage")).describeError(error));
    return exitCodeOf(error);
  }
}

async function help(name: string | undefined): Promise<number> {
  const { commandHelp, generalHelp } = await import("./help.ts");
  const command = name === undefined ? undefined : await loadCommand(name);
  console.log(command ? commandHelp(command) : await generalHelp());
  return 0;
}

async function start(command: Command, rest: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags(command, rest);
  if (values["help"] === true) return help(command.name);
  const missing = command.operands.find((operand, index) => operand.required && positionals[index] === undefined);
  const usage = { hint: `See "kolm ${command.name} --help".` };
  if (missing) throw new KolmError("USAGE", `kolm ${command.name} needs <${missing.name}>`, usage);
  const most = command.operands.at(-1)?.many === true ? Infinity : command.operands.length;
  const extra = positionals[most];
  if (extra !== undefined) throw new KolmError("USAGE", `kolm ${command.name} does not take "${extra}"`, usage);
  return command.run({ operands: positionals, flags: values });
}

function readFlags(command: Command, rest: readonly string[]): { values: Flags; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...command.flags, ...SHARED_FLAGS }).map(([flag, { type }]) => [flag, { type }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true });
    // Every option here is a string or a boolean, none repeats.
    return { values: values as Flags, positionals };
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split(". ")[0] ?? "") : String(cause);
    throw new KolmError("USAGE", message, { hint: `See "kolm ${command.name} --help".`, cause });
  }
}

function errorRecord(error: unknown): Record<string, unknown> {
  if (error instanceof KolmError)
    return { code: error.code, message: error.message, hint: error.hint, place: error.place };
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}

/** 1 for what the user can fix, 2 for a gate or verdict that fails, 64 for wrong usage, 70 for a bug, 130 for Ctrl-C. */
function exitCodeOf(error: unknown): number {
  if (error instanceof KolmError) {
    if (error.code === "USAGE" || error.code === "COMMAND_UNKNOWN") return 64;
    return error.code === "GATE_FAILED" || error.code.startsWith("E_") ? 2 : 1;
  }
  return error instanceof Error && error.name === "AbortError" ? 130 : 70;
}
