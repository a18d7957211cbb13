// This file remembers vectors in the memo of the store, each for as long as what made it is the same.
import { createHash } from "node:crypto";
import { KolmError } from "@kolm/format";
import type { Memo } from "@kolm/store";

/** Key of what `maker` makes of `content`; both are texts or digests. */
export function keyOf(maker: string, content: string): string {
  return createHash("sha256").update(maker).update("\n").update(content).digest("hex");
}

export async function knownVector(memo: Memo, key: string): Promise<Float32Array | undefined> {
  const bytes = await memo.get(key);
  return bytes === undefined ? undefined : unpack(bytes, key);
}

/** The vector now remembered: two processes may make one at once, perhaps on different processors; the first stays, for both. */
export async function keepVector(memo: Memo, key: string, vector: Float32Array): Promise<Float32Array> {
  try {
    await memo.put(key, pack(vector));
    return vector;
  } catch (error) {
    const first = error instanceof KolmError && error.code === "MEMO_CONFLICT" ? await memo.get(key) : undefined;
    if (first === undefined) throw error;
    return unpack(first, key);
  }
}

/** Float32 little-endian. */
function pack(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of vector.entries()) view.setFloat32(at * 4, value, true);
  return bytes;
}

function unpack(bytes: Uint8Array, key: string): Float32Array {
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    throw new KolmError("RECALL_MEMO", `the memo's entry ${key} is damaged`, {
      hint: "Delete the memo folder of the store and run again.",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const vector = new Float32Array(bytes.length / 4);
  for (let at = 0; at < vector.length; at++) vector[at] = view.getFloat32(at * 4, true);
  return vector;
}
