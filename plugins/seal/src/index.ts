// This file is the public face of the package: the stages that seal and assemble, and their options.
export { compile } from "./compile/stage.ts";
export { ArtifactOptions } from "./options.ts";
export { seal } from "./seal/stage.ts";
