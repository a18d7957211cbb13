// This file writes a canonical container as a stream, from members whose size and CRC-32 are known. SPEC.md §2.
import { KolmError } from "../errors.ts";
import { MAX_FILE_SIZE, MAX_MEMBERS, sizeLimit } from "./limits.ts";
import { placeMembers } from "./layout.ts";
import { checkNames } from "./names.ts";
import { centralRecord, encodeRecord, endRecords, localHeader } from "./records.ts";
import type { Hashing } from "../digest.ts";
import type { Layout, MemberFacts } from "./layout.ts";
import type { Content } from "./source.ts";

/** A member to write: its facts, and its content when its turn comes. */
export type MemberContent = MemberFacts & Content;

/**
 * Places the members of a container to be written.
 *
 * @throws KolmError with a code of the verdict (E_NAME, E_DUP, E_ORDER, E_LIMIT) for members RS-1 does not allow.
 */
export function planContainer(members: readonly MemberFacts[]): Layout {
  const refusal = checkNames(members.map((member) => member.path));
  if (refusal !== undefined) throw new KolmError(refusal.finding.code, refusal.finding.detail);
  const large = members.find((member) => member.size > sizeLimit(member.path));
  if (large !== undefined) {
    throw new KolmError(
      "E_LIMIT",
      `${large.path} has ${large.size} bytes, at most ${sizeLimit(large.path)} are allowed`,
    );
  }
  const layout = placeMembers(members);
  // So many names of the lengths allowed make no directory that is too large.
  if (members.length > MAX_MEMBERS) {
    throw new KolmError("E_LIMIT", `${members.length} members are too many for one artifact (at most ${MAX_MEMBERS})`);
  }
  if (layout.size > MAX_FILE_SIZE)
    throw new KolmError("E_LIMIT", `the file would have ${layout.size} bytes, more than 1 TiB`);
  return layout;
}

/**
 * Streams the container; memory does not grow with the file.
 *
 * @throws KolmError LAYER_CHANGED when content is not what its facts say; what was written until then is no container.
 */
export async function* writeContainer(
  contents: readonly MemberContent[],
  hashing: Pick<Hashing, "crc32">,
): AsyncGenerator<Uint8Array> {
  const layout = planContainer(contents);
  for (const [at, member] of layout.members.entries()) {
    yield encodeRecord(localHeader(member));
    const content = contents[at];
    if (content !== undefined) yield* checkedContent(content, hashing);
  }
  for (const member of layout.members) yield encodeRecord(centralRecord(member));
  yield encodeRecord(endRecords(layout));
}

async function* checkedContent(content: MemberContent, hashing: Pick<Hashing, "crc32">): AsyncGenerator<Uint8Array> {
  let [size, crc] = [0, 0];
  for await (const piece of content.open()) {
    size += piece.length;
    if (size > content.size) break;
    crc = hashing.crc32(piece, crc);
    yield piece;
  }
  if (size === content.size && crc === content.crc32) return;
  const found = size === content.size ? "other bytes than" : `${size > content.size ? "more" : "fewer"} bytes than`;
  throw new KolmError("LAYER_CHANGED", `${content.path} has ${found} when it was measured`, {
    hint: "Something changed the file while it was packed, or the store is damaged; compile again.",
  });
}
