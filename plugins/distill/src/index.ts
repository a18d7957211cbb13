// This file is the public face of the package: the distill stage and its options.
export { StudentOptions } from "./options.ts";
export { distill } from "./stage.ts";
