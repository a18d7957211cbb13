// This file reads files out of an installed npm data package without running any of its code.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { KolmError } from "@kolm/format";

/** Reads one file of a package; KolmError BASE_MISSING when the package or the file is not installed. */
export async function readPackageFile(name: string, path: string): Promise<Uint8Array> {
  const missing = (cause: unknown): never => {
    throw new KolmError("BASE_MISSING", `${path} of ${name} is not installed`, {
      hint: `Install it: npm install ${name}`,
      cause,
    });
  };
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const bytes = await readFile(join(folder, path));
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    return missing(cause);
  }
}
