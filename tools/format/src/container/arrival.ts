// This file reads a container front to back, each member's header proved before its content is given out. SPEC.md §2.8.
import { concatBytes, firstDifference } from "../bytes.ts";
import { accept, refuse } from "../verdict.ts";
import { placeMember, placeMembers, ZIP64_LIMIT, type Layout, type Member, type MemberFacts } from "./layout.ts";
import { MAX_FILE_SIZE, MAX_MEMBERS, sizeLimit } from "./limits.ts";
import { checkNames, FRONT } from "./names.ts";
import { centralRecord, encodeRecord, endRecords, localHeader, SIGNATURES, ZIP64_EXTRA_ID } from "./records.ts";
import type { Outcome, Refusal } from "../verdict.ts";
import type { Feed } from "./feed.ts";

const HEADER = 30;

/** A container being read: members so far, each of whose content its reader takes from the feed. */
export type Arrival = { readonly feed: Feed; readonly members: Member[] };

/** The next member, its header proved; undefined when the directory has come, and was what it must be. */
export async function nextMember({ feed, members }: Arrival): Promise<Outcome<Member | undefined>> {
  const fixed = await feed.take(HEADER);
  if (fixed.length < HEADER) return cutShort();
  const view = new DataView(fixed.buffer, fixed.byteOffset, HEADER);
  const signature = view.getUint32(0, true);
  if (signature === SIGNATURES.central && members.length > 0) return checkEnd(feed, fixed, members);
  const name = await feed.take(view.getUint16(26, true));
  const extra = await feed.take(view.getUint16(28, true));
  const path = Array.from(name, (byte) => String.fromCharCode(byte)).join("");
  const size = view.getUint32(22, true) === ZIP64_LIMIT ? wideSize(extra) : view.getUint32(22, true);
  const fact = { path, size, crc32: view.getUint32(14, true) };
  const refusal = checkArriving([...members, fact]);
  if (refusal !== undefined) return refusal;
  const member = placeMember(fact, feed.position - HEADER - name.length - extra.length);
  if (firstDifference(concatBytes(fixed, name, extra), encodeRecord(localHeader(member))) >= 0)
    return refuse("E_HEADER", path, `The local header of ${path} is not canonical.`);
  members.push(member);
  return accept(member);
}

function cutShort(): Refusal {
  return refuse("E_EOCD", "file", "The stream ended before the artifact did.");
}

/** A size the header comparison will refuse where the field does not hold one. */
function wideSize(extra: Uint8Array): number {
  if (extra.length < 12) return ZIP64_LIMIT;
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  const size = view.getBigUint64(4, true);
  return view.getUint16(0, true) === ZIP64_EXTRA_ID && size <= BigInt(MAX_FILE_SIZE) ? Number(size) : ZIP64_LIMIT;
}

function checkArriving(facts: readonly MemberFacts[]): Refusal | undefined {
  const last = facts.at(-1);
  if (last === undefined) return undefined;
  const { path, size } = last;
  if (facts.length > MAX_MEMBERS) return refuse("E_LIMIT", path, `More than ${MAX_MEMBERS} members have come.`);
  const expected = FRONT[facts.length - 1];
  if (expected !== undefined && path !== expected)
    return refuse("E_ORDER", path, `Member ${facts.length - 1} is ${JSON.stringify(path)}, it must be ${expected}.`);
  const named = facts.length < FRONT.length ? undefined : checkNames(facts.map((fact) => fact.path));
  if (named !== undefined) return named;
  if (size > sizeLimit(path) || facts.reduce((sum, fact) => sum + fact.size, 0) > MAX_FILE_SIZE)
    return refuse("E_LIMIT", path, `${path} has ${size} bytes, more than are allowed.`);
  return undefined;
}

async function checkEnd(feed: Feed, begun: Uint8Array, members: readonly Member[]): Promise<Outcome<undefined>> {
  const layout: Layout = placeMembers(members);
  const expected = concatBytes(
    ...layout.members.map((member) => encodeRecord(centralRecord(member))),
    encodeRecord(endRecords(layout)),
  );
  const found = concatBytes(begun, await feed.take(expected.length - begun.length));
  const at = firstDifference(found, expected);
  if (at >= 0 && at === found.length) return cutShort();
  if (at >= layout.directorySize) return refuse("E_TAIL", "end record", "The end records are not canonical.");
  if (at >= 0) return refuse("E_DIRECTORY", "directory", `The directory is not canonical, from its byte ${at} on.`);
  const more = await feed.take(1);
  return more.length === 0 ? accept(undefined) : refuse("E_EOCD", "end record", "Bytes follow the end record.");
}
