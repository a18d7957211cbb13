// This file defines where the answers of a teacher are written down for others to replay.
import { z } from "zod";

const DEFAULT_CASSETTE = "teacher.cassette.jsonl";

/** The file in the task's folder; one that is there is replayed before anything is asked. */
export const cassette = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.split(/[\\/]/).includes(".."), "must lie inside the task folder")
  .default(DEFAULT_CASSETTE)
  .describe("JSONL of requests and answers, replayed before any call when it is there; kolm teach --record writes it.");
