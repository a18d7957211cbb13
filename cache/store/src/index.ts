// This file is the public face of the store.
export { memoryStore } from "./memory.ts";
export { openStore } from "./open.ts";
export type { Blobs, Memo, Store } from "./port.ts";
