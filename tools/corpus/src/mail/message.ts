// This file reads one mail message (RFC 5322, MIME): its text, else its HTML, and the names of what is attached.
import PostalMime, { type Address, type Email } from "postal-mime";
import { readHtml } from "../html/html.ts";
import { type Document, type Meta, nameInWords, type Section } from "../read/document.ts";
import { reason, tooLarge, unreadable } from "../read/failure.ts";
import { refuseNul } from "../text/decode.ts";

const KNOWN_HEADERS: ReadonlySet<string> = new Set(["from", "to", "subject", "date", "message-id", "received"]);

const DEEPEST = 64;

/** The parser takes some 30 µs a line, and its work grows with the square of the parts: lines that begin with --. */
const MOST_LINES = 1_000_000;
const MOST_PARTS = 10_000;

/** message counts from 1. The subject, else the file's name, titles the text. */
export async function readMessage(path: string, bytes: Uint8Array, message: number): Promise<Document> {
  const email = await parse(path, bytes, message);
  if (!email.headers.some(({ key }) => KNOWN_HEADERS.has(key))) {
    const hint = "A message begins with headers such as From: and Subject:. Correct the file or take it out.";
    throw unreadable({ file: path }, `message ${message} has no mail headers`, hint);
  }
  const subject = oneLine(email.subject ?? "");
  const body = bodyOf(path, email, subject || nameInWords(path));
  refuseReplaced({ path, message }, bytes, `${subject}${body.text}`);
  refuseNul(path, bytes, body.text);
  return { path, ...body, meta: metaOf(email, subject, message) };
}

async function parse(path: string, bytes: Uint8Array, message: number): Promise<Email> {
  refuseMany(path, bytes, message);
  try {
    return await PostalMime.parse(bytes, { maxNestingDepth: DEEPEST });
  } catch (error) {
    const hint = "Export the message again or take it out.";
    throw unreadable({ file: path }, `message ${message} is broken: ${reason(error)}`, hint);
  }
}

function refuseMany(path: string, bytes: Uint8Array, message: number): void {
  let [lines, parts] = [0, 0];
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    lines += 1;
    if (bytes[at + 1] === 0x2d && bytes[at + 2] === 0x2d) parts += 1;
    if (lines <= MOST_LINES && parts <= MOST_PARTS) continue;
    const many = parts > MOST_PARTS ? `${MOST_PARTS} parts` : `${MOST_LINES} lines`;
    throw tooLarge({ file: path }, `has more than ${many} in message ${message}`, "Take the message out.");
  }
}

function bodyOf(path: string, email: Email, title: string): { text: string; sections: readonly Section[] } {
  const plain = (email.text ?? "").replace(/\r\n/g, "\n").trim();
  const page = plain === "" && email.html !== undefined ? readHtml(path, email.html) : undefined;
  const body = page?.text.trimEnd() ?? plain;
  const names = email.attachments.flatMap(({ filename }) => (filename ? [oneLine(filename)] : []));
  const attached = names.length === 0 ? "" : `Attachments: ${names.join(", ")}`;
  const text = [body, attached].filter((part) => part !== "").join("\n\n");
  const sections: Section[] = (page?.sections ?? []).map((section) => {
    return { ...section, title: under(title, section, path), end: Math.min(section.end, body.length) };
  });
  if (page === undefined && text !== "") sections.push({ title, start: 0, end: text.length });
  if (page !== undefined && attached !== "")
    sections.push({ title, start: text.length - attached.length, end: text.length });
  return { text, sections };
}

function under(title: string, section: Section, path: string): string {
  return section.title === nameInWords(path) || section.title === title ? title : `${title} > ${section.title}`;
}

function metaOf(email: Email, subject: string, message: number): Meta {
  const from = email.from && spell(email.from);
  return {
    message,
    ...(subject !== "" && { subject }),
    ...(from !== undefined && { from }),
    ...(email.date !== undefined && { date: email.date }),
  };
}

function spell(address: Address): string {
  const one = address.address ?? "";
  return oneLine(address.name === "" ? one : one === "" ? address.name : `${address.name} <${one}>`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

// The parser puts U+FFFD where bytes are not of the declared charset; a message that holds the character itself is fine.
function refuseReplaced({ path, message }: { path: string; message: number }, bytes: Uint8Array, text: string): void {
  if (!text.includes("\uFFFD")) return;
  const raw = new Uint8Array(bytes);
  for (let at = raw.indexOf(0xef); at !== -1; at = raw.indexOf(0xef, at + 1)) {
    if (raw[at + 1] === 0xbf && raw[at + 2] === 0xbd) return;
  }
  const found = `message ${message} holds bytes that are not of the charset it declares`;
  throw unreadable({ file: path }, found, "Correct the charset of its Content-Type, or take the message out.");
}
