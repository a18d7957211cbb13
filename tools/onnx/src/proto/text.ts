// This file turns UTF-8 bytes into text and back, refusing bytes that are not UTF-8.
import { KolmError } from "@kolm/format";

declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Text of UTF-8 bytes; code names the error thrown for bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array, code: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new KolmError(code, `${bytes.length} bytes of text are not valid UTF-8`);
  }
}

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}
