// This file writes help from the table of commands.
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";

export function generalHelp(command?: Command): string {
  if (command) return commandHelp(command);
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `kolm — a build system for private AI\n\nkolm <command> [--json] [--help]\n\n${lines.join("\n")}\n\nExit codes: 0 fine · 1 something to fix · 2 gate or verification failed · 64 wrong usage · 130 interrupted`;
}

export function commandHelp({ name, summary, operands, flags, examples }: Command): string {
  const words = operands.map((operand) => (operand.required ? `<${operand.name}>` : `[${operand.name}]`));
  const rows = [
    ...operands.map((operand) => [operand.required ? `<${operand.name}>` : `[${operand.name}]`, operand.summary]),
    ...Object.entries(flags).map(([flag, { value, summary }]) => [`--${flag}${value === undefined ? "" : ` ${value}`}`, summary]),
    ["--json", "print JSON"],
  ];
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  const table = rows.map(([left = "", right = ""]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
  return `${summary}\n\nkolm ${[name, ...words].join(" ")}\n\n${table}\n\n${examples.map((example) => `  $ ${example}`).join("\n")}`;
}
