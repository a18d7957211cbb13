// This file writes help from the table of commands.
import type { Command } from "./command.ts";
import { COMMAND_NAMES, loadCommand } from "./commands.ts";

export async function generalHelp(): Promise<string> {
  const commands = await Promise.all(COMMAND_NAMES.map(loadCommand));
  const width = Math.max(...COMMAND_NAMES.map((name) => name.length));
  const lines = commands.map((command) => `  ${command?.name.padEnd(width)}  ${command?.summary}`);
  return `kolm — a build system for private AI\n\nkolm <command> [--json] [--help]\n\n${lines.join("\n")}\n\nExit codes: 0 fine · 1 something to fix · 2 gate or verification failed · 64 wrong usage · 70 a bug in kolm · 130 interrupted`;
}

export function commandHelp({ name, summary, operands, flags, examples }: Command): string {
  const words = operands.map(({ name: operand, required, many }) => {
    const word = many === true ? `${operand}…` : operand;
    return required ? `<${word}>` : `[${word}]`;
  });
  const rows = [
    ...operands.map((operand, index): readonly [string, string] => [words[index] ?? "", operand.summary]),
    ...Object.entries(flags).map(([flag, { value, summary }]): readonly [string, string] => [
      `--${flag}${value === undefined ? "" : ` ${value}`}`,
      summary,
    ]),
    ["--json", "print JSON"] as const,
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  const table = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
  return `${summary}\n\nkolm ${[name, ...words].join(" ")}\n\n${table}\n\n${examples.map((example) => `  $ ${example}`).join("\n")}`;
}
