// This file gets the teacher's key: from the environment, a file descriptor or a keyring command, and nowhere else.
import { execFileSync } from "node:child_process";
import { fstatSync, readFileSync } from "node:fs";
import { KolmError } from "@kolm/format";

export type Secret = (name: string) => string | undefined;

// A descriptor can be read once, and several stages of one process need the key.
const read = new Map<string, string>();

/**
 * The key under a name: the environment variable <name>, else the descriptor whose number is in KOLM_<name>_FD, else what
 * the command in KOLM_<name>_COMMAND prints (words split at blanks, or a JSON array; no shell). KolmError TEACHER_KEY.
 */
export function readKey(name: string, secret: Secret): string {
  const plain = secret(name);
  if (plain !== undefined && plain !== "") return plain;
  const descriptor = secret(`KOLM_${name}_FD`);
  if (descriptor !== undefined && descriptor !== "") return fromDescriptor(`KOLM_${name}_FD`, descriptor);
  const command = secret(`KOLM_${name}_COMMAND`);
  if (command !== undefined && command !== "") return fromCommand(`KOLM_${name}_COMMAND`, command);
  throw new KolmError("TEACHER_KEY", `the environment variable ${name} is not set, and the teacher needs its key`, {
    hint:
      `Export ${name} (or KOLM_${name}_FD, KOLM_${name}_COMMAND), or name another variable in teacher.keyEnv; ` +
      "never write the key itself into a file.",
  });
}

function fromDescriptor(variable: string, text: string): string {
  const known = read.get(`${variable}=${text}`);
  if (known !== undefined) return known;
  const number = Number(text);
  let key: string;
  try {
    // Sockets are refused: a worker's own channel to its parent is one.
    if (!/^\d+$/.test(text) || number < 3 || fstatSync(number).isSocket()) throw new Error("no file or pipe");
    key = readFileSync(number, "utf8").trim();
  } catch {
    throw unreadable(
      variable,
      "names no open file or pipe",
      "Start kolm with it open, as in `kolm … 3< <(keyring get …)`.",
    );
  }
  if (key === "") throw unreadable(variable, "leads to an empty file", "Write the key into it before kolm starts.");
  read.set(`${variable}=${text}`, key);
  return key;
}

// Only the environment may name a command: a task folder may come from someone else.
function fromCommand(variable: string, text: string): string {
  const known = read.get(`${variable}=${text}`);
  if (known !== undefined) return known;
  let key: string;
  try {
    const words: unknown = text.trimStart().startsWith("[") ? JSON.parse(text) : text.trim().split(/\s+/);
    const [command, ...args] = (words as unknown[]).map(String);
    key = execFileSync(command ?? "", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 60_000,
    }).trim();
  } catch {
    throw unreadable(
      variable,
      "holds a command that failed",
      "Run it by hand: it must print the key and nothing else.",
    );
  }
  if (key === "")
    throw unreadable(variable, "holds a command that printed nothing", "Unlock the keyring and run again.");
  read.set(`${variable}=${text}`, key);
  return key;
}

// Without a cause: what a command printed may hold the key.
function unreadable(variable: string, found: string, hint: string): KolmError {
  return new KolmError("TEACHER_KEY", `${variable} ${found}`, { hint });
}
