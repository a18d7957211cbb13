// This file runs the recall stage over files in a workspace of its own, and searches what it wrote.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openEnvironment, runStep } from "@kolm/nx";
import { createRuntime, type Runtime } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import { draftLayers, folderInputs, layoutOf, stableJson } from "@kolm/stage";

const ROOT = join(import.meta.dirname, "../../../../..");
/** The labels and their pin in the workspace file. */
const LABELS = /file:models\/mobilenet_v2\/imagenet_labels\.txt|(?<=mobilenet-v2:[^]*labels: )[0-9a-f]{64}/g;

export type Corpus = {
  /** The recall section. */
  readonly recall: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** Folder of weights, linked as models/ of the workspace. */
  readonly models?: string;
  /** In place of the names of mobilenet-v2's classes. */
  readonly labels?: string;
  readonly bases: readonly string[];
};

export type RecallWorkspace = {
  /** Runs spec and recall; seconds of the recall stage. */
  readonly build: () => Promise<number>;
  readonly write: (path: string, content: Uint8Array | string) => Promise<void>;
  readonly open: () => Promise<Runtime>;
  /** Bytes of a file recall wrote. */
  readonly written: (file: string) => Promise<Uint8Array>;
  /** Forgets all but the bases, so that the next build is cold. */
  readonly forget: () => Promise<void>;
};

/** Hands over a workspace whose bases are made; everything is deleted after. */
export async function withRecall<T>(corpus: Corpus, use: (workspace: RecallWorkspace) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "kolm-recall-"));
  const task = join(root, "tasks/corpus");
  const write = async (path: string, content: Uint8Array | string): Promise<void> => {
    await mkdir(dirname(join(task, path)), { recursive: true });
    await writeFile(join(task, path), content);
  };
  const run = async (owner: string, stage: string): Promise<number> => {
    const environment = await openEnvironment(root, new AbortController().signal);
    const start = performance.now();
    try {
      await runStep({ owner, stage, report: () => {} }, environment);
      return (performance.now() - start) / 1000;
    } finally {
      await environment.store.close();
    }
  };
  const layout = layoutOf(root);
  const inputs = async <R>(ask: (files: ReturnType<typeof folderInputs>) => Promise<R>): Promise<R> => {
    const environment = await openEnvironment(root, new AbortController().signal);
    const folders = (owner: string): string =>
      owner === "base" ? layout.base("use-lite") : layout.stage("corpus", owner);
    try {
      return await ask(folderInputs(folders, environment.store));
    } finally {
      await environment.store.close();
    }
  };
  try {
    const workspace = await readFile(join(ROOT, "kolm.workspace.yaml"), "utf8");
    await writeFile(join(root, "kolm.workspace.yaml"), relabelled(workspace, corpus.labels));
    if (corpus.labels !== undefined) await writeFile(join(root, "labels.txt"), corpus.labels);
    if (corpus.models) await symlink(corpus.models, join(root, "models"));
    await write("task.yaml", stableJson(taskFile(corpus.recall)));
    await write("examples.jsonl", '{"input":"an example","output":null}\n');
    await write("evals.jsonl", '{"input":"an eval","output":null}\n');
    for (const [path, content] of corpus.files) await write(path, content);
    for (const base of corpus.bases) await run(base, "base");
    return await use({
      write,
      build: async () => {
        await run("corpus", "spec");
        return run("corpus", "recall");
      },
      open: () => inputs(async (files) => runtimeOf(files)),
      written: (file) => inputs(async (files) => files.bytes(`recall/${file}`)),
      forget: async () => {
        await rm(layout.stage("corpus", "recall"), { recursive: true, force: true });
        await rm(join(root, ".kolm/store/memo"), { recursive: true, force: true });
        for (const base of corpus.bases) await run(base, "base");
      },
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function relabelled(workspace: string, labels: string | undefined): string {
  if (labels === undefined) return workspace;
  const pin = createHash("sha256").update(labels).digest("hex");
  return workspace.replace(LABELS, (found) => (found.startsWith("file:") ? "file:labels.txt" : pin));
}

function taskFile(recall: Corpus["recall"]): Record<string, unknown> {
  return {
    name: "corpus",
    description: "Finds files of a corpus for a benchmark.",
    output: { files: { type: "retrieval", k: 10 } },
    corpus: "corpus",
    recall,
    student: { enabled: false },
    recipes: { enabled: false },
  };
}

async function runtimeOf(files: ReturnType<typeof folderInputs>): Promise<Runtime> {
  const layers = await draftLayers(files);
  const bytes = new Map<string, Uint8Array>();
  for (const { path, pointer } of layers) bytes.set(path, await files.blob(pointer));
  return createRuntime(async (path) => bytes.get(path), { createSession });
}
