// This file reads what stages wrote: small files in place, large ones through a pointer beside them.
import { readdir, readFile, readlink, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { KolmError } from "@kolm/format";
import type { Store } from "@kolm/store";
import { createHash } from "node:crypto";
import type { BlobPointer, Inputs } from "../contract.ts";

/** Bytes over this size live in the store; a <file>.blob pointer stands in the stage's folder. */
export const POINTER_FROM = 1 << 20;
export const POINTER_SUFFIX = ".blob";

/** Inputs over folders: `folders` maps the first part of a path ("spec", "base", "task") to where it stands. */
export function folderInputs(folders: (owner: string) => string, store: Store): Inputs {
  const place = (path: string): string => {
    const [owner = "", ...rest] = path.split("/");
    return join(folders(owner), ...rest);
  };
  const bytes = async (path: string): Promise<Uint8Array> => {
    const pointer = await readPointer(place(path));
    return pointer ? store.blobs.get(pointer.sha256) : read(place(path), path);
  };
  return {
    bytes,
    // The caller names the type of a file that an earlier stage wrote and checked.
    json: async <T>(path: string) => JSON.parse(new TextDecoder().decode(await bytes(path))) as T,
    has: async (path) => (await isFile(place(path))) || (await isFile(place(path) + POINTER_SUFFIX)),
    list: async (folder) => {
      await refuseLinks(place(folder), folder, folders(folder.split("/")[0] ?? ""));
      return listFiles(place(folder), folder);
    },
    blob: (pointer) => store.blobs.get(pointer.sha256),
    pointer: async (path) => {
      const pointer = await readPointer(place(path));
      if (pointer) return pointer;
      const content = await read(place(path), path);
      return { sha256: await store.blobs.put(content), size: content.length };
    },
  };
}

/** SHA-256 of a declared file without loading what is in the store; undefined where there is none. */
export async function digestOf(path: string): Promise<string | undefined> {
  const pointer = await readPointer(path);
  if (pointer) return pointer.sha256;
  if (!(await isFile(path))) return undefined;
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** Shows a stage only what it declared: anything else is not there, and reading it is a bug in the stage. */
export function declaredOnly(inputs: Inputs, isDeclared: (path: string) => boolean): Inputs {
  const checked = (path: string): string => {
    if (!isDeclared(path)) throw new Error(`a stage read ${path}, which it does not declare`);
    return path;
  };
  return {
    json: async <T>(path: string) => inputs.json<T>(checked(path)),
    bytes: async (path) => inputs.bytes(checked(path)),
    has: async (path) => isDeclared(path) && (await inputs.has(path)),
    list: async (folder) => (await inputs.list(folder)).filter(isDeclared),
    blob: (pointer) => inputs.blob(pointer),
    pointer: async (path) => inputs.pointer(checked(path)),
  };
}

/** Every file below a folder in code-unit order, as "<label>/<relative path>". */
export async function listFiles(folder: string, label: string): Promise<string[]> {
  if (await isFile(folder)) return [label];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  return files
    .map((entry) => `${label}${join(entry.parentPath, entry.name).slice(folder.length).replaceAll("\\", "/")}`)
    .sort();
}

/** KolmError FILE_LINKED for a link below a folder and for a folder that lies elsewhere: neither is the task's own. */
async function refuseLinks(folder: string, label: string, owner: string): Promise<void> {
  const linked = (path: string, found: string): KolmError =>
    new KolmError("FILE_LINKED", `${path} ${found}`, {
      hint: "Links are not followed. Copy what it leads to into the task's folder, or delete the link.",
      place: { file: path },
    });
  const home = await realpath(owner).catch(() => owner);
  const real = await realpath(folder).catch(() => undefined);
  if (real !== undefined && real !== home && !real.startsWith(home + sep))
    throw linked(label, "leads out of the task's folder");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = await readlink(path);
    const leads = relative(resolve(dirname(path), target), path);
    const around = leads === "" || !leads.startsWith("..") ? ", around which it lies: a loop" : "";
    throw linked(`${label}/${relative(folder, path).replaceAll("\\", "/")}`, `is a link to ${target}${around}`);
  }
}

async function readPointer(path: string): Promise<BlobPointer | undefined> {
  const text = await readFile(path + POINTER_SUFFIX, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as BlobPointer);
}

async function read(path: string, name: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new KolmError("INPUT_MISSING", `${name} is not there`, {
      cause,
      hint: "Run the stage that writes it, or the whole compile.",
    });
  });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
