// This file is the public face of the runtime on Node.js.
export type { BaseSource } from "./base.ts";
export { openFile } from "./open-file.ts";
export type { OpenFile, OpenFileOptions } from "./open-file.ts";
export { createSession } from "./session.ts";
