// This file computes where every member of a container stands, from names and sizes alone. SPEC.md §2.3.
/** What the container itself knows of a member: size in bytes, CRC-32 unsigned. */
export type MemberFacts = { readonly path: string; readonly size: number; readonly crc32: number };

/** A member in its place: offset of the local header, offset of the data, alignment and zero padding before it. */
export type Member = MemberFacts & {
  readonly offset: number;
  readonly dataOffset: number;
  readonly align: number;
  readonly pad: number;
};

export type Layout = {
  readonly members: readonly Member[];
  readonly directoryOffset: number;
  readonly directorySize: number;
  /** Bytes of the whole file. */
  readonly size: number;
};

/** From here on a 32-bit field is saturated and ZIP64 takes over. */
export const ZIP64_LIMIT = 0xffff_ffff;
export const END_SIZE = 22;
/** ZIP64 end record (56) and locator (20). */
export const ZIP64_END_SIZE = 76;

const ALIGN_BIG = 16_384;
const ALIGN_SMALL = 64;
const ZIP64_EXTRA = 20;
const ALIGN_EXTRA = 6;

/** Places members one after another. */
export function placeMembers(facts: readonly MemberFacts[]): Layout {
  const members: Member[] = [];
  let offset = 0;
  for (const fact of facts) {
    const member = placeMember(fact, offset);
    members.push(member);
    offset = member.dataOffset + member.size;
  }
  const directorySize = members.reduce((sum, member) => sum + centralSize(member), 0);
  const zip64 = needsZip64End({ directoryOffset: offset }) ? ZIP64_END_SIZE : 0;
  return { members, directoryOffset: offset, directorySize, size: offset + directorySize + zip64 + END_SIZE };
}

/** A directory has at most 1 MiB, so that only its offset can overflow. */
export function needsZip64End({ directoryOffset }: Pick<Layout, "directoryOffset">): boolean {
  return directoryOffset >= ZIP64_LIMIT;
}

/** Places one member whose header begins at this offset. */
export function placeMember(fact: MemberFacts, offset: number): Member {
  const bare = offset + 30 + fact.path.length + (fact.size >= ZIP64_LIMIT ? ZIP64_EXTRA : 0);
  // mimetype has no extra field, so that its text always stands at byte 38 for file(1).
  if (fact.path === "mimetype") return { ...fact, offset, dataOffset: bare, align: 0, pad: 0 };
  const align = fact.size >= ALIGN_BIG ? ALIGN_BIG : ALIGN_SMALL;
  const pad = (align - ((bare + ALIGN_EXTRA) % align)) % align;
  return { ...fact, offset, dataOffset: bare + ALIGN_EXTRA + pad, align, pad };
}

function centralSize({ path, size, offset }: Member): number {
  const wide = (size >= ZIP64_LIMIT ? 16 : 0) + (offset >= ZIP64_LIMIT ? 8 : 0);
  return 46 + path.length + (wide === 0 ? 0 : 4 + wide);
}
