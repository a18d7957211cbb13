// This file looks after the store of the workspace: its size, making room, damage.
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { BaseOptions } from "@kolm/nx";
import { findWorkspace, readWorkspaceFile, workspaceFileSchema } from "@kolm/stage";
import { collectGarbage, measureBlobs, verifyBlobs } from "@kolm/store";
import type { Flags } from "./cache.ts";
import { daysFlag, sizeFlag, sizeText } from "./sizes.ts";

/** Files larger than this hold no pointers. */
const POINTER_FILE_LIMIT = 16 << 20;

export async function stats(flags: Flags): Promise<number> {
  const { folder, remote, root } = await openWorkspace();
  const blobs = await measureBlobs(join(folder, "blobs"));
  const memo = await stat(join(folder, "memo", "data.mdb")).catch(() => undefined);
  const pins = await pinned(root);
  const record = { folder, blobs, memo: { bytes: memo?.size ?? 0 }, named: pins.size, remote: remote ?? null };
  if (flags["json"] === true) console.log(JSON.stringify(record));
  else {
    console.log(`store   ${folder}\nblobs   ${blobs.count}, ${sizeText(blobs.bytes)}`);
    console.log(
      `memo    ${sizeText(record.memo.bytes)} on disk\nshared  ${remote ?? "none (cache.remote in kolm.workspace.yaml)"}`,
    );
  }
  return 0;
}

/** The memo is never collected: its answers cost money. */
export async function gc(flags: Flags): Promise<number> {
  const { folder, root } = await openWorkspace();
  const dryRun = flags["dry-run"] === true;
  const {
    kept,
    removed,
    pinned: pins,
  } = await collectGarbage(join(folder, "blobs"), {
    maxBytes: sizeFlag(flags, "max-size"),
    maxAgeMs: daysFlag(flags, "max-age") ?? 30 * 86_400_000,
    pins: await pinned(root),
    now: Date.now(),
    dryRun,
  });
  if (flags["json"] === true) console.log(JSON.stringify({ kept, removed, pinned: pins, dryRun }));
  else {
    const verb = dryRun ? "would remove" : "removed";
    console.log(
      `${verb} ${removed.count} blobs, ${sizeText(removed.bytes)}; kept ${kept.count}, ${sizeText(kept.bytes)}`,
    );
    console.log(`${pins.count} of them (${sizeText(pins.bytes)}) are what the last compiles wrote, and stay`);
  }
  return 0;
}

/** Answers 2 when a blob is damaged. */
export async function verify(flags: Flags): Promise<number> {
  const { folder } = await openWorkspace();
  const repair = flags["repair"] === true;
  const { checked, damaged } = await verifyBlobs(join(folder, "blobs"), { repair });
  if (flags["json"] === true) console.log(JSON.stringify({ checked, damaged, repair }));
  else {
    for (const { sha256, found } of damaged) console.log(`${sha256} holds ${found}${repair ? ": removed" : ""}`);
    console.log(`${checked} blobs checked, ${damaged.length} damaged`);
  }
  return damaged.length === 0 || repair ? 0 : 2;
}

async function openWorkspace(): Promise<{ root: string; folder: string; remote: string | undefined }> {
  const root = await findWorkspace(process.cwd());
  const { cache } = (await readWorkspaceFile(root, workspaceFileSchema(BaseOptions))).value;
  const folder = isAbsolute(cache.folder) ? cache.folder : join(root, cache.folder);
  return { root, folder, remote: cache.remote?.url };
}

/** Every digest that stands in a file the last compiles wrote. */
async function pinned(root: string): Promise<Set<string>> {
  const pins = new Set<string>();
  for (const part of ["tasks", "bases"]) {
    const folder = join(root, ".kolm", part);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || (await stat(path)).size > POINTER_FILE_LIMIT) continue;
      for (const [digest] of (await readFile(path, "latin1")).matchAll(/\b[0-9a-f]{64}\b/g)) pins.add(digest);
    }
  }
  return pins;
}
