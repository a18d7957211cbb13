// This file defines the artifact section of task.yaml.
import { z } from "zod";

/** What the sealed file holds. */
export const ArtifactOptions = z
  .strictObject({
    base: z
      .enum(["carried", "referenced"])
      .default("carried")
      .describe("referenced: the file names the base by its digest and does not hold it; who opens it must have it."),
  })
  .prefault({});
export type ArtifactOptions = z.infer<typeof ArtifactOptions>;
