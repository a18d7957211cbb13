// This file is the public face of the base plugin.
export { BaseOptions, filesOf } from "./options.ts";
export { base } from "./stage.ts";
