// This file lists what @kolm/format/node offers: the format's ports on Node.
export { nodeCrypto } from "./crypto.ts";
export { fileContent, openFileSource } from "./file-source.ts";
export type { FileSource } from "./file-source.ts";
export { borrowSigner, lendSigner } from "./key/agent.ts";
export type { LentSigner } from "./key/agent.ts";
export { configFolder } from "./key/config-folder.ts";
export { passphraseFrom, readDescriptor } from "./key/passphrase.ts";
export type { AskPassphrase } from "./key/passphrase.ts";
export { publicPem, readPublicKey } from "./key/public-key.ts";
export { createKeyFile, describeKeyFile, loadKeyFile, loadOrCreateKeyFile, parseKeyText } from "./key-file.ts";
export type { KeyFacts, KeyFile, KeyProtection } from "./key-file.ts";
export { syncFolder, writeFileAtomically } from "./write-file.ts";
export type { WriteOptions } from "./write-file.ts";
