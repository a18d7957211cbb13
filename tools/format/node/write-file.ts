// This file writes a file so that its path shows the old bytes or all the new ones, never a part.
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, statfs } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { KolmError } from "@kolm/format";
import type { FileHandle } from "node:fs/promises";

export type WriteOptions = {
  /** Bytes to be written, where known, for the message when the disk is full. */
  readonly size?: number;
  /** Permissions before the umask; 0o666 if absent. */
  readonly mode?: number;
  readonly signal?: AbortSignal;
};

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Writes a temporary file beside the target, syncs, renames, syncs the folder.
 *
 * @throws KolmError DISK_FULL, NOT_WRITABLE, and whatever the pieces throw; the target is then as it was.
 */
export async function writeFileAtomically(path: string, pieces: Pieces, options: WriteOptions = {}): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix(path)}${process.pid}-${randomBytes(6).toString("hex")}`);
  try {
    await mkdir(folder, { recursive: true });
    await removeAbandoned(path);
    await writePieces(temporary, pieces, options);
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    // What cannot be removed now is removed by the next writer; why writing failed matters more.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explained(error, { path, free: await freeBytes(folder), size: options.size });
  }
}

async function writePieces(temporary: string, pieces: Pieces, { mode = 0o666, signal }: WriteOptions): Promise<void> {
  const file = await open(temporary, "wx", mode);
  try {
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await writeAll(file, piece);
    }
    signal?.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) {
    const { bytesWritten } = await file.write(piece, at, piece.length - at);
    at += bytesWritten;
  }
}

/** Makes a rename in the folder itself survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its rename is journalled.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The host's name is in it, since a process id means something on one host only. */
function temporaryPrefix(path: string): string {
  return `.${basename(path)}.${hostname().replaceAll(/[^A-Za-z0-9]/g, "")}-part-`;
}

/** Removes what writers of this target left that were killed before they could. */
async function removeAbandoned(path: string): Promise<void> {
  const [folder, prefix] = [dirname(path), temporaryPrefix(path)];
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const writer = Number.parseInt(name.slice(prefix.length), 10);
    if (!isAlive(writer)) await rm(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const facts = await statfs(folder);
    return facts.bavail * facts.bsize;
  } catch {
    return undefined;
  }
}

type Attempt = { readonly path: string; readonly free: number | undefined; readonly size: number | undefined };

function explained(error: unknown, { path, free, size }: Attempt): unknown {
  const code = codeOf(error);
  const facts = { place: { file: path }, cause: error };
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) {
    const need = size === undefined ? "does not fit on its disk" : `needs ${size} bytes`;
    const left = free === undefined ? "" : `, ${free} are free where it lies`;
    return new KolmError("DISK_FULL", `${path} ${need}${left} (${code})`, {
      hint: `Free space or quota for ${dirname(path)}, then run the same command again; nothing half-written was left.`,
      ...facts,
    });
  }
  if (["EACCES", "EPERM", "EROFS", "EISDIR", "ENOTDIR"].includes(code)) {
    return new KolmError("NOT_WRITABLE", `${path} cannot be written (${code})`, {
      hint: `Check that ${dirname(path)} is a folder you may write to and that ${basename(path)} is not a folder.`,
      ...facts,
    });
  }
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
