// This file makes scratch workspaces and runs the real command in them, as a user would.
import { execFile, type ExecFileException, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const REPO = join(import.meta.dirname, "../..");
const KOLM = join(REPO, "tools/kolm/bin/kolm.js");

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };
export type Workspace = AsyncDisposable & {
  readonly root: string;
  readonly path: (...parts: readonly string[]) => string;
  readonly write: (file: string, text: string) => Promise<void>;
  /** Runs the compiled command to its end. */
  readonly kolm: (...words: readonly string[]) => Promise<Ran>;
  /** Runs Nx to its end. */
  readonly nx: (...words: readonly string[]) => Promise<Ran>;
  /** Starts the command and leaves it running, in a process group of its own. */
  readonly start: (...words: readonly string[]) => ReturnType<typeof spawn>;
};

/** A workspace with these files beside kolm.workspace.yaml; packages are those of the repository. */
export async function makeWorkspace(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), "kolm-scenario-"));
  const path = (...parts: readonly string[]): string => join(root, ...parts);
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(path(file)), { recursive: true });
    await writeFile(path(file), text);
  };
  await symlink(join(REPO, "node_modules"), path("node_modules"));
  await cp(join(REPO, "kolm.workspace.yaml"), path("kolm.workspace.yaml"));
  await write("package.json", JSON.stringify({ name: "scratch", private: true }));
  await write(
    "nx.json",
    JSON.stringify({
      analytics: false,
      neverConnectToCloud: true,
      useDaemonProcess: false,
      cacheDirectory: ".nx/cache",
      tui: { enabled: false },
      plugins: ["@kolm/nx"],
    }),
  );
  await write(".gitignore", "node_modules\n.nx\n.kolm\ndist\n.home\n");
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const env = {
    ...process.env,
    KOLM_HOME: path(".home"),
    NX_DAEMON: "false",
    NX_NO_CLOUD: "true",
    NX_ISOLATE_PLUGINS: "false",
    NX_WORKSPACE_ROOT_PATH: "",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
  const run = (script: string, words: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [script, ...words],
        { cwd: root, env, maxBuffer: 64 << 20 },
        (error: ExecFileException | null, stdout, stderr) => {
          resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
        },
      );
    });
  return {
    root,
    path,
    write,
    kolm: (...words) => run(KOLM, words),
    nx: (...words) => run(join(REPO, "node_modules/nx/dist/bin/nx.js"), words),
    start: (...words) => spawn(process.execPath, [KOLM, ...words], { cwd: root, env, detached: true, stdio: "ignore" }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The files of a task small enough to compile in seconds: does a message greet or say goodbye, and whom does it name. */
export function smallTask(name = "greeter", extra = ""): Record<string, string> {
  const rows = (lines: readonly (readonly [string, string, (string | null)?])[]): string =>
    lines.map(([input, mood, person = null]) => `${JSON.stringify({ input, output: { mood, person } })}\n`).join("");
  return {
    [`tasks/${name}/task.yaml`]: `name: ${name}\ndescription: Says whether a message greets or says goodbye, and whom it names.\noutput:\n  mood: {type: enum, values: [hello, goodbye]}\n  person: {type: span}\ngate: {k: 0.2, accuracy: 0.2}\nstudent: {epochs: 4}\n${extra}`,
    [`tasks/${name}/examples.jsonl`]: rows(EXAMPLES),
    [`tasks/${name}/evals.jsonl`]: rows(EVALS),
  };
}

const EXAMPLES = [
  ["Hello there, nice to meet you", "hello"],
  ["Good morning everybody", "hello"],
  ["Hi Ravi, welcome aboard", "hello", "Ravi"],
  ["hey, great that you came", "hello"],
  ["Welcome to the team, Ingrid!", "hello", "Ingrid"],
  ["Greetings from all of us", "hello"],
  ["hiya, come on in", "hello"],
  ["Good evening Tomas, take a seat", "hello", "Tomas"],
  ["A warm welcome to our guests", "hello"],
  ["Howdy partner", "hello"],
  ["Goodbye and thanks for everything", "goodbye"],
  ["See you next week, Ravi", "goodbye", "Ravi"],
  ["Bye for now", "goodbye"],
  ["Farewell, my old friend", "goodbye"],
  ["I have to leave, so long", "goodbye"],
  ["Take care on the way home, Ingrid", "goodbye", "Ingrid"],
  ["Until we meet again", "goodbye"],
  ["Good night and safe travels", "goodbye"],
  ["Cheerio, I am off", "goodbye"],
  ["Later, Tomas, I must go", "goodbye", "Tomas"],
] as const;

const EVALS = [
  ["Hello Ingrid, so glad to see you", "hello", "Ingrid"],
  ["Good morning to you all", "hello"],
  ["Welcome, please come in", "hello"],
  ["Hi everyone", "hello"],
  ["Goodbye Tomas, see you soon", "goodbye", "Tomas"],
  ["Bye, have a safe trip home", "goodbye"],
  ["Farewell and take care", "goodbye"],
  ["See you later", "goodbye"],
] as const;
