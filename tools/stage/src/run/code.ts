// This file digests the code that implements a stage: its package and every kolm package below it.
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { listFiles } from "./folders.ts";

const digests = new Map<string, Promise<string>>();

/** SHA-256 over manifest and code files of the package and its kolm dependencies, found from `from` (a file URL). */
export function codeDigest(packageName: string, from: string): Promise<string> {
  const known = digests.get(packageName) ?? computeDigest(packageName, from);
  digests.set(packageName, known);
  return known;
}

async function computeDigest(packageName: string, from: string): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of await closure(packageName, from)) {
    for (const file of await codeFiles(folder)) {
      hash
        .update(file.slice("code".length))
        .update("\0")
        .update(
          createHash("sha256")
            .update(await readFile(join(folder, file.slice("code".length))))
            .digest(),
        );
    }
  }
  return hash.digest("hex");
}

/** What runs: dist when loaded as a package, src when loaded from source; never tests or maps. */
async function codeFiles(folder: string): Promise<string[]> {
  const fromSource = process.execArgv.some((argument) => argument.includes("kolm-source"));
  const all = await listFiles(folder, "code");
  const code = fromSource ? /^code\/(src|node|wasm)\/.*\.ts$/ : /^code\/(dist|bin)\/.*\.js$/;
  return all.filter((file) => code.test(file) || file === "code/package.json");
}

/** Folders of the package and its kolm dependencies, each once, in code-unit order of their names. */
async function closure(packageName: string, from: string): Promise<string[]> {
  const folders = new Map<string, string>();
  const visit = async (name: string, parent: string): Promise<void> => {
    if (folders.has(name)) return;
    const manifest = createRequire(parent).resolve(`${name}/package.json`);
    const folder = await realpath(dirname(manifest));
    folders.set(name, folder);
    const { dependencies = {} } = JSON.parse(await readFile(manifest, "utf8")) as {
      dependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys(dependencies))
      if (dependency.startsWith("@kolm/")) await visit(dependency, join(folder, "package.json"));
  };
  await visit(packageName, from);
  return [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, folder]) => folder);
}
