// This file says where a user's keys and what verifiers remember live: never inside a workspace, so that cleaning one loses nothing.
import { homedir } from "node:os";
import { join } from "node:path";

/** KOLM_HOME, else kolm in the user's configuration folder. */
export function configFolder(): string {
  return process.env["KOLM_HOME"] ?? join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "kolm");
}
