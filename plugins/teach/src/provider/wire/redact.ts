// This file blacks out a secret in text, whatever encoding it hides in.

const MARK = "[secret]";

/** A function that replaces every form of the secret: plain, JSON, percent, hex, base64 and base64url at any offset. */
export function redactor(secret: string): (text: string) => string {
  const forms = [...new Set(formsOf(secret))].filter((form) => form.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((redacted, form) => replaceAnyCase(redacted, form), text);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  return [
    ...escapedForms(secret, 4),
    encodeURIComponent(secret),
    everyByte,
    hex,
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
  ];
}

// JSON is often quoted in JSON; some writers escape the slash too.
function escapedForms(text: string, depth: number): string[] {
  if (depth === 0) return [text];
  const escaped = JSON.stringify(text).slice(1, -1);
  return [text, text.replaceAll("/", "\\/"), ...(escaped === text ? [] : escapedForms(escaped, depth - 1))];
}

// Inside longer base64 the secret starts at one of three phases; only the characters it alone decides are searched for.
function base64At(bytes: Buffer, offset: number): string[] {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  const core = encoded.slice(first, last);
  return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
}

function replaceAnyCase(text: string, form: string): string {
  const lower = text.toLowerCase();
  const wanted = form.toLowerCase();
  if (lower.length !== text.length) return text.replaceAll(form, MARK);
  let redacted = "";
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    redacted += text.slice(from, at) + MARK;
    from = at + wanted.length;
  }
  return redacted + text.slice(from);
}
