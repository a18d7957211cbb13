// This file defines where a side index keeps what it knows of the user's files: a port with one record a file.

/** One file's passages and vectors; key and bytes say nothing of the file where a cipher made them. */
export type SideRecord = { readonly key: string; readonly passages: Uint8Array; readonly vectors: Uint8Array };

/** All records by key, ascending; the revision grows with every change. */
export type SideSnapshot = { readonly revision: number; readonly records: readonly SideRecord[] };

/** A change made to the records of a revision; a record put under a known key takes the old one's place. */
export type SideChange = {
  readonly revision: number;
  readonly put: readonly SideRecord[];
  readonly remove: readonly string[];
};

/** Storage of a side index; Node keeps it in a folder, a browser may keep it in its private file system. */
export interface SideStorage {
  load(): Promise<SideSnapshot>;
  /**
   * All of the change or nothing of it, whenever the process ends; afterwards storage holds no byte of a record that was replaced
   * or removed. The new revision; KolmError SIDE_CHANGED when the present one is not the change's.
   */
  commit(change: SideChange): Promise<number>;
}
