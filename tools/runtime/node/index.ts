// This file is the public face of the runtime on Node.js.
export type { BaseSource } from "./base.ts";
export { openFile } from "./open-file.ts";
export type { OpenFile, OpenFileOptions } from "./open-file.ts";
export { createSession } from "./session.ts";
export { openLayers } from "./open-file.ts";
export type { OpenLayers } from "./open-file.ts";
export { folderSideStorage } from "./side/folder.ts";
export type { SideKey } from "./side/key.ts";
export { openSide, sideFolderOf } from "./side/open.ts";
export type { SideFolderOptions } from "./side/open.ts";
