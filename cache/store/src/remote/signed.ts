// This file puts a producer's signature around every memo entry that leaves the machine, and takes in only what known producers signed.
import { base64, concatBytes, fromBase64, fromHex, preAuthEncoding, type Signer, utf8 } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { checkName } from "../digest.ts";
import type { Memo } from "../port.ts";

const TYPE = "application/vnd.kolm.cache-entry.v1";
/** Magic, key id and signature: everything before the value. */
const HEAD = /^kolm-cache-entry\/1 ([0-9a-f]{64}) ([A-Za-z0-9+/]{86}==)\n/;
const HEAD_LENGTH = "kolm-cache-entry/1 ".length + 64 + 1 + 88 + 1;

export type Producers = {
  /** Signs what is put; without it nothing is. */
  readonly signer?: Signer | undefined;
  /** Public keys (DER) by key id whose entries are believed. */
  readonly trusted: ReadonlyMap<string, Uint8Array>;
  /** Told of every entry that was not believed. */
  readonly onRefused: (key: string) => void;
};

/**
 * The signature (Ed25519 over DSSE's pre-authentication encoding) covers key and value, so an entry cannot be moved to another key. An entry without
 * a valid signature of a trusted producer is a miss.
 */
export function signedMemo(memo: Memo, { signer, trusted, onRefused }: Producers): Memo {
  return {
    get: async (key) => {
      const sealed = await memo.get(key);
      if (sealed === undefined) return undefined;
      const value = await openEntry(key, sealed, trusted);
      if (value === undefined) onRefused(key);
      return value;
    },
    put: async (key, value) => {
      if (signer !== undefined) await memo.put(key, await sealEntry(key, value, signer));
    },
  };
}

/** The bytes of a signed entry. */
export async function sealEntry(key: string, value: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const signature = await signer.sign(messageOf(key, value));
  return concatBytes(utf8(`kolm-cache-entry/1 ${signer.kid} ${base64(signature)}\n`), value);
}

/** The value of an entry, when a trusted key signed it for this very key. */
export async function openEntry(
  key: string,
  sealed: Uint8Array,
  trusted: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array | undefined> {
  const [, kid = "", text = ""] = HEAD.exec(Buffer.from(sealed.subarray(0, HEAD_LENGTH)).toString("latin1")) ?? [];
  const spki = trusted.get(kid);
  const signature = fromBase64(text);
  if (spki === undefined || signature === undefined) return undefined;
  const value = sealed.slice(HEAD_LENGTH);
  return (await nodeCrypto.verifyEd25519(spki, messageOf(key, value), signature)) ? value : undefined;
}

function messageOf(key: string, value: Uint8Array): Uint8Array {
  return preAuthEncoding(TYPE, concatBytes(fromHex(checkName(key)) ?? new Uint8Array(), value));
}
