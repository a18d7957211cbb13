// This file is the kolm command: it finds the command named first, reads its flags and turns errors into text and exit codes.
import { parseArgs } from "node:util";
import { describeError } from "@kolm/nx";
import { KolmError } from "@kolm/format";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, generalHelp } from "./help.ts";

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(generalHelp(rest[0] === undefined ? undefined : COMMANDS.find((command) => command.name === rest[0])));
    return 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  try {
    if (!command) throw new KolmError("COMMAND_UNKNOWN", `there is no command "${name}"`, { hint: `Commands: ${COMMANDS.map((one) => one.name).join(", ")}.` });
    return await start(command, rest);
  } catch (error) {
    const json = rest.includes("--json");
    if (json) console.log(JSON.stringify({ error: errorRecord(error) }));
    else console.error(describeError(error));
    return exitCodeOf(error);
  }
}

async function start(command: Command, rest: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags(command, rest);
  if (values["help"] === true) {
    console.log(commandHelp(command));
    return 0;
  }
  const missing = command.operands.find((operand, index) => operand.required && positionals[index] === undefined);
  if (missing) throw new KolmError("USAGE", `${command.name} needs <${missing.name}>`, { hint: `See "kolm ${command.name} --help".` });
  return command.run({ operands: positionals, flags: values });
}

function readFlags(command: Command, rest: readonly string[]): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  const options = Object.fromEntries(Object.entries({ ...command.flags, ...SHARED_FLAGS }).map(([flag, { type }]) => [flag, { type }]));
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (cause) {
    throw new KolmError("USAGE", cause instanceof Error ? cause.message.split(".")[0] ?? "" : String(cause), { hint: `See "kolm ${command.name} --help".`, cause });
  }
}

const SHARED_FLAGS = { json: { type: "boolean" }, help: { type: "boolean" } } as const;

function errorRecord(error: unknown): Record<string, unknown> {
  if (error instanceof KolmError) return { code: error.code, message: error.message, hint: error.hint, place: error.place };
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
