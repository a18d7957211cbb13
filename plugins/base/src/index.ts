// This file is the public face of the base plugin.
export { digestsOf, placesOf } from "./digests.ts";
export { BaseOptions, filesOf, modalityOf } from "./options.ts";
export { base } from "./stage.ts";
