// This file frames byte strings unambiguously under a tag before they are hashed (after DSSE PAE). SPEC.md §6.
import { concatBytes, u32be, u64be, utf8 } from "./bytes.ts";

/** What a framed message is for: two purposes never hash the same bytes. */
const FRAME_TAGS = {
  chainLink: 0x01,
  tenantKeyInfo: 0x10,
  privateAnchor: 0x20,
  cacheKey: 0x30,
  cacheEntry: 0x31,
  membershipSecret: 0x40,
  membershipKey: 0x41,
  membershipSalt: 0x42,
  membershipLeaf: 0x43,
} as const;
export type FrameTag = keyof typeof FRAME_TAGS;

const PREFIX = utf8("KOLM-RS1\0");

/** F(tag, p1..pn) = "KOLM-RS1" 0x00 || u8 tag || u32be n || (u64be len(pi) || pi)... */
export function frame(tag: FrameTag, ...parts: readonly Uint8Array[]): Uint8Array {
  const framed = parts.flatMap((part) => [u64be(part.length), part]);
  return concatBytes(PREFIX, Uint8Array.of(FRAME_TAGS[tag]), u32be(parts.length), ...framed);
}
