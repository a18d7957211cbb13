// This file finds where bytes stop being UTF-8 (RFC 3629 §4), and what they look like instead.

declare const TextDecoder: new (label: string) => { decode(bytes: Uint8Array): string };

/** How many bytes are whole UTF-8 characters, and whether what follows is wrong or only cut short. */
export function validUtf8(bytes: Uint8Array): { readonly length: number; readonly wrong: boolean } {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const size =
      lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
    if (size === 0) return { length: at, wrong: true };
    for (let step = 1; step < size; step++) {
      const byte = bytes[at + step];
      if (byte === undefined) return { length: at, wrong: false };
      if (!continues(lead, step, byte)) return { length: at, wrong: true };
    }
    at += size;
  }
  return { length: at, wrong: false };
}

// The second byte's range depends on the first: no overlong forms, no surrogates, nothing above U+10FFFF.
function continues(lead: number, step: number, byte: number): boolean {
  if (byte < 0x80 || byte > 0xbf) return false;
  if (step > 1) return true;
  if (lead === 0xe0) return byte >= 0xa0;
  if (lead === 0xed) return byte < 0xa0;
  if (lead === 0xf0) return byte >= 0x90;
  return lead !== 0xf4 || byte < 0x90;
}

/** What encoding the bytes around an offset that is not UTF-8 most likely have, in words. */
export function looksLike(bytes: Uint8Array, at: number): string {
  const byte = bytes[at] ?? 0;
  const alone = (bytes[at - 1] ?? 0) < 0x80 && (bytes[at + 1] ?? 0) < 0x80;
  if (alone && byte >= 0x80) {
    const letter = new TextDecoder("windows-1252").decode(bytes.subarray(at, at + 1));
    return `it looks like Windows-1252, where that byte is ${JSON.stringify(letter)}`;
  }
  return "it may be Windows-1252, or a two-byte encoding such as Shift_JIS, GB18030 or EUC-KR";
}

/** NUL bytes at every second place are what UTF-16 of Latin text looks like. */
export function looksLikeUtf16(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 512);
  const zeros = [0, 0];
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  return Math.max(even, odd) * 4 > head.length && Math.min(even, odd) * 8 < Math.max(even, odd);
}
