// This file says what bytes a base's files hold now, so that a changed file is noticed even though its pin is the same.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { pipeline } from "node:stream/promises";
import { type BaseOptions, filesOf, type PackageBase } from "./options.ts";
import { USE_LITE } from "./use-lite/pins.ts";

/** SHA-256 of each file a base reads, by its path from the root or in its package; "missing" where there is none. */
export async function digestsOf(options: BaseOptions, root: string): Promise<Record<string, string>> {
  const entries = placesOf(options, root).map(async ([name, path]) => [name, await digestOf(path)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Names and places of the files a base reads. */
export function placesOf(options: BaseOptions, root: string): (readonly [name: string, path: string])[] {
  if ("licence" in options) return filesOf(options).map((path) => [path, join(root, path)]);
  const folder = packageFolder();
  return Object.keys((options satisfies PackageBase).sha256)
    .sort()
    .map((path) => [`${USE_LITE.package}/${path}`, join(folder, path)]);
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${USE_LITE.package}/package.json`));
  } catch {
    return `/missing/${USE_LITE.package}`;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest("hex");
  } catch {
    return "missing";
  }
}
