// This file defines how a base names a file of the workspace and pins its bytes.
import { z } from "zod";

export const digest = z.string().regex(/^[0-9a-f]{64}$/, "a sha256 is 64 lower-case hex digits");

export const file = z
  .string()
  .regex(/^file:(?!\/)(?!.*\.\.)[^\\]+$/, 'a file is written "file:path", relative to the workspace, without ".."');

/** A name in a graph. */
export const value = z.string().min(1).max(200);

export const licence = z.string().min(1).max(100).describe("SPDX identifier of the weights' licence.");

export const from = z
  .string()
  .max(500)
  .optional()
  .describe("Where the files can be had, in words; shown when they are missing.");

/** The path in "file:path". */
export const pathOf = (source: string): string => source.slice("file:".length);
