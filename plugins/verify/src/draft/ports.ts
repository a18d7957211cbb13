// This file defines the ports through which verify runs the draft, so that tests can stand in for the runtime.
import type { LayerReader, Runtime } from "@kolm/runtime";
import type { Inputs } from "@kolm/stage";
import type { Draft } from "./layers.ts";
import type { Encode } from "./prototype.ts";

/** Which parts of an artifact may answer. */
export type Part = Runtime["paths"][number];
/** What answers; close it when done. */
export type Artifact = Pick<Runtime, "answer" | "close">;
/** Opens an artifact over layers; all its parts answer unless `use` names some. */
export type OpenArtifact = (layer: LayerReader, use?: readonly Part[]) => Promise<Artifact>;

/** What runs the draft: the runtime, and the base encoder alone where the draft has one. */
export type VerifyPorts = {
  readonly open: OpenArtifact;
  /** Calls back with the base encoder, undefined without a base, and closes it after. */
  readonly withEncoder: <T>(
    draft: Draft,
    at: { inputs: Inputs; signal: AbortSignal },
    use: (encode: Encode | undefined) => Promise<T>,
  ) => Promise<T>;
};
