// This file defines the store's port: blobs named by digest, and a memo from request digest to answer.

/** What a writer knows of the bytes beforehand; wrong bytes are KolmError BLOB_ALTERED, too many BLOB_TOO_LARGE. */
export type Expected = {
  readonly sha256?: string;
  /** Bytes in all. */
  readonly size?: number;
  /** No more bytes than this are taken. */
  readonly limit?: number;
};

/** Content-addressed bytes, wherever they are kept; names are lower-case hex SHA-256. Reads check the digest. */
export interface Depot {
  has(sha256: string): Promise<boolean>;
  /** Whole bytes, checked against the name. KolmError BLOB_MISSING or BLOB_ALTERED. */
  get(sha256: string): Promise<Uint8Array>;
  /** Stores bytes (atomic, idempotent) and returns their name. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes piece by piece; KolmError BLOB_MISSING at once, BLOB_ALTERED after the last piece: keep nothing before the end. */
  read(sha256: string): AsyncIterable<Uint8Array>;
  /** Stores a stream (atomic, idempotent) and returns its name; nothing is stored when it breaks off or is not what was expected. */
  write(pieces: AsyncIterable<Uint8Array>, expected?: Expected): Promise<string>;
  /** Marks a blob as used now, so that it is evicted last; false when there is none. */
  touch(sha256: string): Promise<boolean>;
}

/** Content-addressed bytes on this machine. */
export interface Blobs extends Depot {
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
  /** Facts about this machine alone, where the memo is shared with others. */
  readonly own?: Memo;
  close(): Promise<void>;
}

/** A store on another machine: the same port, but no files. */
export interface Remote {
  readonly blobs: Depot;
  readonly memo: Memo;
  close(): Promise<void>;
}
