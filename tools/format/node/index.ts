// This file lists what @kolm/format/node offers: the format's ports on Node.
export { nodeCrypto } from "./crypto.ts";
export { fileContent, openFileSource } from "./file-source.ts";
export type { FileSource } from "./file-source.ts";
export { loadKeyFile, loadOrCreateKeyFile } from "./key-file.ts";
export type { KeyFile } from "./key-file.ts";
export { syncFolder, writeFileAtomically } from "./write-file.ts";
export type { WriteOptions } from "./write-file.ts";
