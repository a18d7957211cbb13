// This file writes containers with any fault wanted: a second, naive encoder that checks nothing.
import { crc32 } from "node:zlib";

/** A member as its local header and its directory record state it; every field can lie. */
export type RawMember = {
  path: Uint8Array | string;
  data: Uint8Array;
  /** Changes to the numbers of the local header and the directory record. */
  local?: Partial<RawFields>;
  central?: Partial<RawFields>;
  /** Bytes instead of the alignment field; undefined for the canonical one. */
  localExtra?: (offset: number) => Uint8Array;
  centralExtra?: Uint8Array;
  /** Another local header this record points to. */
  offset?: number;
  /** No local header and data of its own. */
  listedOnly?: boolean;
  /** Content between this member's data and what follows. */
  after?: Uint8Array;
};
type RawFields = {
  version: number;
  flags: number;
  method: number;
  time: number;
  date: number;
  crc: number;
  stored: number;
  size: number;
  external: number;
  path: Uint8Array | string;
};
export type RawEnd = {
  count?: number;
  comment?: Uint8Array;
  directoryGap?: Uint8Array;
  offset?: number;
  before?: Uint8Array;
};

/** The whole file. */
export function rawZip(members: readonly RawMember[], end: RawEnd = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  const push = (...pieces: Uint8Array[]) => {
    parts.push(...pieces);
    offset = parts.reduce((sum, part) => sum + part.length, 0);
  };
  for (const member of members) {
    const at = offset;
    if (member.listedOnly !== true) push(localOf(member, at), member.data, member.after ?? new Uint8Array());
    central.push(centralOf(member, member.offset ?? at));
  }
  push(end.directoryGap ?? new Uint8Array());
  const directory = Buffer.concat(central);
  const start = offset;
  push(directory, end.before ?? new Uint8Array());
  const count = end.count ?? members.length;
  const comment = end.comment ?? new Uint8Array();
  const fields = [
    u16(0),
    u16(0),
    u16(count),
    u16(count),
    u32(directory.length),
    u32(end.offset ?? start),
    u16(comment.length),
  ];
  push(u32(0x06054b50), ...fields, comment);
  return new Uint8Array(Buffer.concat(parts));
}

/** The canonical local header of a member of real bytes. */
function localOf(member: RawMember, at: number): Uint8Array {
  const name = nameOf(member.local?.path ?? member.path);
  const extra = member.localExtra?.(at) ?? alignment(member, at + 30 + name.length);
  return Buffer.concat([
    u32(0x04034b50),
    ...numbers(member, member.local),
    u16(name.length),
    u16(extra.length),
    name,
    extra,
  ]);
}

function centralOf(member: RawMember, offset: number): Uint8Array {
  const name = nameOf(member.central?.path ?? member.path);
  const extra = member.centralExtra ?? new Uint8Array();
  const version = u16(member.central?.version ?? 10);
  const lengths = [u16(name.length), u16(extra.length), u16(0), u16(0), u16(0)];
  const tail = [u32(member.central?.external ?? 0), u32(offset), name, extra];
  return Buffer.concat([u32(0x02014b50), version, ...numbers(member, member.central), ...lengths, ...tail]);
}

export function alignment(member: RawMember, bare: number): Uint8Array {
  if (member.path === "mimetype") return new Uint8Array();
  const align = member.data.length >= 16384 ? 16384 : 64;
  let pad = 0;
  while ((bare + 6 + pad) % align !== 0) pad += 1;
  return Buffer.concat([u16(0xd935), u16(2 + pad), u16(align), Buffer.alloc(pad)]);
}

export function u16(value: number): Uint8Array {
  return Buffer.from([value & 255, value >>> 8]);
}

export function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function numbers({ data }: RawMember, lies: Partial<RawFields> = {}): Uint8Array[] {
  const { version = 10, flags = 0, method = 0, time = 0, date = 0x21, crc = crc32(data) } = lies;
  const { stored = data.length, size = data.length } = lies;
  return [u16(version), u16(flags), u16(method), u16(time), u16(date), u32(crc), u32(stored), u32(size)];
}

function nameOf(path: Uint8Array | string): Uint8Array {
  return typeof path === "string" ? Buffer.from(path, "utf8") : path;
}
