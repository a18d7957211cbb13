// This file names temporary files by their writer and removes those whose writer died.
import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { errorCode } from "./failure.ts";

const DAY_MS = 86_400_000;

/** A name no other writer has: <host>-<process id>-<random>. */
export function tempName(): string {
  return `${hostMark()}-${process.pid}-${randomBytes(8).toString("hex")}`;
}

/** Removes the temporary files of dead processes of this host, and those of other hosts that are a day old. */
export async function sweepTemps(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (await isAbandoned(name, path)) await rm(path, { force: true });
  }
}

async function isAbandoned(name: string, path: string): Promise<boolean> {
  const [host, pid] = name.split("-");
  if (host === hostMark() && !isAlive(Number(pid))) return true;
  try {
    return Date.now() - (await stat(path)).mtimeMs > DAY_MS;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

// Containers that share a folder have their own process ids, hence the host in the name.
function hostMark(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 12);
}
