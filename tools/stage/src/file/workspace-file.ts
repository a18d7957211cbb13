// This file defines kolm.workspace.yaml: bases, defaults, signing key and cache shared by all tasks.
import { z, type ZodType } from "zod";

/** The schema of kolm.workspace.yaml for one kind of base options. */
export function workspaceFileSchema(baseOptions: ZodType): ZodType<WorkspaceFile> {
  const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, "a base name is lower-case letters, digits, . and -");
  const schema = z.strictObject({
    bases: z.record(name, baseOptions).describe("Pretrained weights by name, each pinned by sha256."),
    defaults: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .default({})
      .describe("Options every task.yaml starts from, by section."),
    signing: z.strictObject({ key: z.string().min(1).default("development") }).prefault({}),
    cache: z.strictObject({ folder: z.string().min(1).default(".kolm/store") }).prefault({}),
  });
  // baseOptions is only known to its plugin.
  return schema as unknown as ZodType<WorkspaceFile>;
}

export type WorkspaceFile = {
  readonly bases: Readonly<Record<string, unknown>>;
  readonly defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly signing: { readonly key: string };
  readonly cache: { readonly folder: string };
};
