// This file defines the store's port: blobs named by digest, and a memo from request digest to answer.

/** Content-addressed bytes; names are lower-case hex SHA-256. Reads check the digest. */
export interface Blobs {
  has(sha256: string): Promise<boolean>;
  /** Whole bytes, checked against the name. KolmError BLOB_MISSING or BLOB_ALTERED. */
  get(sha256: string): Promise<Uint8Array>;
  /** Stores bytes (atomic, idempotent) and returns their name. */
  put(bytes: Uint8Array): Promise<string>;
  /** A file that holds exactly these bytes, for streaming. */
  path(sha256: string): string;
}

/** Answers that cost money or minutes, keyed by the SHA-256 of their canonical request; they never expire. */
export interface Memo {
  get(key: string): Promise<Uint8Array | undefined>;
  /** First writer wins: a second, different value for the same key is KolmError MEMO_CONFLICT. */
  put(key: string, value: Uint8Array): Promise<void>;
}

export interface Store {
  readonly blobs: Blobs;
  readonly memo: Memo;
  close(): Promise<void>;
}
