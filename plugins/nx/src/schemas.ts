// This file makes the JSON Schemas with which editors complete and check task.yaml and kolm.workspace.yaml.
import { taskFileSchema, workspaceFileSchema } from "@kolm/stage";
import { z } from "zod";
import { BaseOptions, TASK_STEPS } from "./pipeline.ts";

/** Draft 2020-12 schemas by the file name they are published under, from the schemas the compiler itself checks with. */
export function editorSchemas(): Readonly<Record<string, unknown>> {
  const task = taskFileSchema(TASK_STEPS.map(({ stage }) => stage));
  return {
    "task-file.schema.json": z.toJSONSchema(task, { io: "input", unrepresentable: "any" }),
    "workspace-file.schema.json": z.toJSONSchema(workspaceFileSchema(BaseOptions), {
      io: "input",
      unrepresentable: "any",
    }),
  };
}
