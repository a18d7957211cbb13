// This file gets secrets from where they leave no trace: an inherited descriptor, or a terminal without echo.
import { closeSync, openSync, readFileSync } from "node:fs";
import { ReadStream } from "node:tty";
import { KolmError } from "@kolm/format";

/** Asks for a passphrase; called only when one is needed. */
export type AskPassphrase = (question: string) => Promise<Uint8Array>;

const MAX_SECRET = 64 * 1024;

/** All bytes of an inherited descriptor, named by its number; KolmError DESCRIPTOR_UNREADABLE. */
export function readDescriptor(number: string): Buffer {
  const fd = /^[0-9]{1,4}$/.test(number) ? Number(number) : -1;
  try {
    const bytes = readFileSync(fd);
    if (bytes.length > 0 && bytes.length <= MAX_SECRET) return bytes;
  } catch {
    // Said below, whatever the reason was.
  }
  throw new KolmError("DESCRIPTOR_UNREADABLE", `descriptor ${number} gives no secret of 1 to ${MAX_SECRET} bytes`, {
    hint: "Open it for the command, as in `kolm … 3< secret-file`, and read it once only.",
  });
}

/** A passphrase from the descriptor where one is named, else from the terminal; without its line end. */
export function passphraseFrom(descriptor: string | undefined): AskPassphrase {
  let given: Uint8Array | undefined;
  return async (question) => {
    if (descriptor === undefined) return askTerminal(question);
    // A descriptor can be read once; a command may need the passphrase of several keys.
    given ??= withoutLineEnd(readDescriptor(descriptor));
    return given;
  };
}

async function askTerminal(question: string): Promise<Uint8Array> {
  const terminal = openTerminal();
  // Silence first: what is typed ahead of the question must not show either.
  terminal.setRawMode(true);
  process.stderr.write(`${question}: `);
  const typed: number[] = [];
  try {
    for await (const piece of terminal as AsyncIterable<Buffer>) {
      for (const byte of piece) {
        if (byte === 0x0d || byte === 0x0a) return Uint8Array.from(typed);
        if (byte === 0x03) throw new DOMException("interrupted", "AbortError");
        if (byte === 0x7f || byte === 0x08) typed.pop();
        else typed.push(byte);
      }
    }
    throw noTerminal();
  } finally {
    terminal.setRawMode(false);
    terminal.destroy();
    process.stderr.write("\n");
  }
}

/** The terminal itself, so that inputs can be piped into the same command. */
function openTerminal(): ReadStream {
  let fd: number | undefined;
  try {
    fd = openSync(process.platform === "win32" ? "CONIN$" : "/dev/tty", "r");
    return new ReadStream(fd);
  } catch {
    if (fd !== undefined) closeSync(fd);
    throw noTerminal();
  }
}

function noTerminal(): KolmError {
  return new KolmError(
    "PASSPHRASE_MISSING",
    "the key is encrypted, and there is no terminal to ask for its passphrase",
    {
      hint: "Give it by a descriptor: KOLM_PASSPHRASE_FD=3 kolm … 3< passphrase-file.",
    },
  );
}

function withoutLineEnd(bytes: Buffer): Uint8Array {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
  return bytes.subarray(0, end);
}
