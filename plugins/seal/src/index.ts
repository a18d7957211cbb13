export { compile } from "./compile/stage.ts";
export { seal } from "./seal/stage.ts";
