// This file is `kolm doctor`: what this machine and workspace have, and what is missing for what.
import { createRequire } from "node:module";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { configFolder } from "@kolm/format/node";
import { exists, findWorkspace } from "@kolm/stage";
import type { Command } from "../command.ts";

type Finding = { readonly what: string; readonly state: "ok" | "note" | "bad"; readonly detail: string };

export const doctor: Command = {
  name: "doctor",
  summary: "Says what this machine and workspace have, and what is missing for what.",
  operands: [],
  flags: {},
  examples: ["kolm doctor"],
  run: async ({ flags }) => {
    const root = await findWorkspace(process.cwd());
    const findings = [checkNode(), await checkRuntime(), await checkHnsw(), await checkKey(), await checkDisk(root)];
    const marks = { ok: "✓", note: "•", bad: "✗" };
    if (flags["json"] === true) console.log(JSON.stringify({ findings }));
    else for (const { what, state, detail } of findings) console.log(`${marks[state]} ${what.padEnd(16)} ${detail}`);
    return findings.some(({ state }) => state === "bad") ? 1 : 0;
  },
};

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fits = major > 20 || (major === 20 && minor >= 15);
  return {
    what: "node",
    state: fits ? "ok" : "bad",
    detail: fits ? process.version : `${process.version}; kolm needs 20.15 or newer`,
  };
}

async function checkRuntime(): Promise<Finding> {
  const loaded = await load("onnxruntime-node");
  return loaded === undefined
    ? { what: "onnxruntime-node", state: "ok", detail: "students train and answer natively" }
    : { what: "onnxruntime-node", state: "bad", detail: `does not load (${loaded}); run "npm ci" again` };
}

async function checkHnsw(): Promise<Finding> {
  const loaded = await load("hnswlib-node");
  return loaded === undefined
    ? { what: "hnswlib-node", state: "ok", detail: "large corpora get an HNSW graph" }
    : {
        what: "hnswlib-node",
        state: "note",
        detail:
          'not built here, so recall searches exactly; for corpora above some thousand passages install a C++ compiler and run "npm rebuild hnswlib-node"',
      };
}

/** Undefined when the package loads, else why not. */
async function load(name: string): Promise<string | undefined> {
  try {
    createRequire(import.meta.url)(name);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "unknown") : String(error);
  }
}

async function checkKey(): Promise<Finding> {
  const path = join(configFolder(), "keys", "development.pem");
  return (await exists(path))
    ? { what: "signing key", state: "ok", detail: path }
    : { what: "signing key", state: "note", detail: `none yet; a development key is made on first use at ${path}` };
}

async function checkDisk(root: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(root);
  const gigabytes = (bavail * bsize) / 1e9;
  return { what: "disk", state: gigabytes < 1 ? "bad" : "ok", detail: `${gigabytes.toFixed(1)} GB free` };
}
