// This file reads artifacts and layers from the file system.
import { open } from "node:fs/promises";
import { KolmError } from "@kolm/format";
import type { FileHandle } from "node:fs/promises";
import type { ByteSource, Content } from "@kolm/format";

/** A file opened for reading at random; close it, or bind it with `await using`. */
export interface FileSource extends ByteSource, AsyncDisposable {
  close(): Promise<void>;
}

const PIECE = 1_048_576;

/**
 * Opens a file.
 *
 * @throws KolmError FILE_UNREADABLE when it is missing, closed to us or no regular file.
 */
export async function openFileSource(path: string): Promise<FileSource> {
  const file = await openFile(path);
  try {
    const size = await sizeOf(file, path);
    const close = () => file.close();
    return {
      size,
      read: (offset, length) => readExactly(file, { path, offset, length }),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * A file's content, streamed anew by each open; its size is that of now.
 *
 * @throws KolmError FILE_UNREADABLE as openFileSource does.
 */
export async function fileContent(path: string): Promise<Content> {
  const source = await openFileSource(path);
  await source.close();
  return { size: source.size, open: () => streamFile(path, source.size) };
}

async function* streamFile(path: string, size: number): AsyncGenerator<Uint8Array> {
  await using source = await openFileSource(path);
  // One byte more is asked for than is due, so that a file that grew is noticed by whoever counts.
  const end = Math.max(size, Math.min(source.size, size + 1));
  for (let at = 0; at < end; at += PIECE) yield await source.read(at, Math.min(PIECE, end - at));
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const why =
      code === "ENOENT"
        ? "does not exist"
        : code === "EACCES"
          ? "may not be read by you"
          : `cannot be opened (${code})`;
    throw new KolmError("FILE_UNREADABLE", `${path} ${why}`, {
      hint: "Check the path; an artifact is made by `nx run <task>:compile`.",
      place: { file: path },
      cause: error,
    });
  }
}

async function sizeOf(file: FileHandle, path: string): Promise<number> {
  const facts = await file.stat();
  if (facts.isFile()) return facts.size;
  throw new KolmError("FILE_UNREADABLE", `${path} is not a regular file`, { place: { file: path } });
}

type Range = { readonly path: string; readonly offset: number; readonly length: number };

async function readExactly(file: FileHandle, { path, offset, length }: Range): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
    if (bytesRead === 0) {
      throw new KolmError("SHORT_READ", `${path} ended before byte ${offset + length} while it was read`, {
        hint: "Something shortened the file at the same time; try again.",
        place: { file: path },
      });
    }
    at += bytesRead;
  }
  return bytes;
}
