// This file holds the fixed limits of the container, the same for every reader and writer. SPEC.md §2.6.

export const MAX_MEMBERS = 1024;
export const MAX_DIRECTORY_SIZE = 1_048_576;
/** 1 TiB: every offset and size is a safe integer. */
export const MAX_FILE_SIZE = 1_099_511_627_776;

const MIB = 1_048_576;
const MANIFEST_LIMIT = 4 * MIB;
const SMALL_LIMIT = MIB;
/** A JSON layer is parsed whole, so it must fit in memory. */
export const MAX_JSON_LAYER = 64 * MIB;

/** The greatest size in bytes a member may have by its place. */
export function sizeLimit(path: string): number {
  if (path === "manifest.json") return MANIFEST_LIMIT;
  if (path.startsWith("receipt/") || path.startsWith("seal/")) return SMALL_LIMIT;
  // 32 bytes for each MiB of the largest file, and one leaf more for each member.
  if (path.startsWith("index/")) return (MAX_FILE_SIZE / MIB + MAX_MEMBERS) * 32;
  return MAX_FILE_SIZE;
}
