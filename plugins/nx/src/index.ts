export { abortOnSignals, openEnvironment, openWorkspaceSigner } from "./execute/environment.ts";
export type { Environment } from "./execute/environment.ts";
export { runStep } from "./execute/run-step.ts";
export type { StepRun } from "./execute/run-step.ts";
export { keyFileOf, openNamedKey } from "./execute/signer.ts";
export { createNodes, createNodesV2 } from "./graph/nodes.ts";
export { BASE_STEP, BaseOptions, planOf, TASK_STEPS, upstreamOf } from "./pipeline.ts";
export type { Step } from "./pipeline.ts";
export { editorSchemas } from "./schemas.ts";
