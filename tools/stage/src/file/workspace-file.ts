// This file defines kolm.workspace.yaml: bases, defaults, signing key and cache shared by all tasks.
import { z, type ZodType } from "zod";

const RemoteCache = z
  .strictObject({
    url: z
      .url({ protocol: /^(https?|s3)$/ })
      .describe("https://host (`kolm cache serve`, bazel-remote …), or s3://bucket/prefix. http only on this machine."),
    token: z.string().min(1).optional().describe("The environment variable with the token; not set: no shared cache."),
    producers: z
      .array(z.string().min(1))
      .min(1)
      .describe("Public keys (PEM files) whose results are believed; all others' are misses."),
    key: z
      .string()
      .min(1)
      .optional()
      .describe("keys:<name> or a key file: signs what this machine makes. Absent, or not here: it only reads."),
    timeoutMs: z.int().min(100).max(120_000).default(5000).describe("Silence after which a request is given up."),
    region: z.string().min(1).default("us-east-1").describe("For s3."),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("For S3-compatible storage that is not AWS."),
  })
  .describe("A cache shared with others. It only ever saves work: when it fails, builds go on without it.");
export type RemoteCache = z.infer<typeof RemoteCache>;

/** The schema of kolm.workspace.yaml for one kind of base options. */
export function workspaceFileSchema(baseOptions: ZodType): ZodType<WorkspaceFile> {
  const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, "a base name is lower-case letters, digits, . and -");
  const schema = z.strictObject({
    bases: z.record(name, baseOptions).describe("Pretrained weights by name, each pinned by sha256."),
    defaults: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .default({})
      .describe("Options every task.yaml starts from, by section."),
    signing: z
      .strictObject({
        key: z
          .string()
          .min(1)
          .default("development")
          .describe("development, keys:<name>, a key file's path, or command:<program that signs standard input>."),
        publicKey: z.string().min(1).optional().describe("For a command: the file with its public key in PEM."),
      })
      .prefault({}),
    cache: z
      .strictObject({ folder: z.string().min(1).default(".kolm/store"), remote: RemoteCache.optional() })
      .prefault({}),
  });
  // baseOptions is only known to its plugin.
  return schema as unknown as ZodType<WorkspaceFile>;
}

export type WorkspaceFile = {
  readonly bases: Readonly<Record<string, unknown>>;
  readonly defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly signing: { readonly key: string; readonly publicKey?: string | undefined };
  readonly cache: { readonly folder: string; readonly remote?: RemoteCache | undefined };
};
