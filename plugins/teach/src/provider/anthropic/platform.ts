// This file loads the SDK of a cloud that hosts Anthropic's models, where the user has installed it.
import type Anthropic from "@anthropic-ai/sdk";
import { KolmError } from "@kolm/format";
import type { AnthropicOptions } from "../options.ts";

/** What kolm uses of a cloud's client: the messages resource that the family shares. */
export type PlatformClient = Pick<Anthropic, "messages" | "baseURL">;
type Constructor = new (settings: Readonly<Record<string, unknown>>) => PlatformClient;

const PLATFORMS = {
  bedrock: { packageName: "@anthropic-ai/bedrock-sdk", className: "AnthropicBedrock" },
  vertex: { packageName: "@anthropic-ai/vertex-sdk", className: "AnthropicVertex" },
} as const;

/** The cloud's client with the cloud's own credentials; KolmError TEACHER_SDK when its package is not installed. */
export async function openPlatform(
  { platform, region, project, baseURL }: AnthropicOptions,
  shared: Readonly<Record<string, unknown>>,
  load: (packageName: string) => Promise<Readonly<Record<string, unknown>>> = (name) => import(name),
): Promise<PlatformClient> {
  if (platform === "anthropic") throw new Error("invariant broken: Anthropic's own API needs no other SDK");
  const { packageName, className } = PLATFORMS[platform];
  const Client = (await loaded(packageName, load))[className];
  if (typeof Client !== "function") throw missing(packageName, `has no ${className}`);
  const place = platform === "bedrock" ? { awsRegion: region } : { region, projectId: project };
  // The package is not among kolm's dependencies, so its types are not here; the class is of the SDK's family.
  return new (Client as Constructor)({ ...shared, ...place, ...(baseURL === undefined ? {} : { baseURL }) });
}

async function loaded(
  packageName: string,
  load: (packageName: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await load(packageName);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw missing(packageName, "is not installed");
  }
}

function missing(packageName: string, found: string): KolmError {
  return new KolmError("TEACHER_SDK", `the teacher needs the package ${packageName}, which ${found}`, {
    hint: `Run npm install ${packageName} in the workspace.`,
  });
}
