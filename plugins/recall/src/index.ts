// This file is the public face of the recall plugin.
export { RecallOptions } from "./options.ts";
export { recall } from "./stage.ts";
