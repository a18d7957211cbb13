// This file runs the trainer's program once: bounded in time, cut off from the environment, ended with all it started.
import { KolmError } from "@kolm/format";
import type { Report } from "@kolm/stage";
import { execa } from "execa";
import { z } from "zod";
import { createLog } from "./log.ts";

export type Run = {
  readonly command: readonly string[];
  /** The working folder. */
  readonly cwd: string;
  /** All the program sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Values that must not show in its output. */
  readonly secrets: readonly string[];
  /** Seconds. */
  readonly timeLimit: number;
  readonly report: Report;
  readonly signal: AbortSignal;
};

const LAST_LINES = 12;
/** Milliseconds between asking a program to end and ending it. */
const GRACE = 3_000;

/** KolmError TRAINER_MISSING, TRAINER_FAILED or TRAINER_TIMEOUT; the abort reason when the build was stopped. */
export async function runTrainer({ secrets, timeLimit, report, signal, ...call }: Run): Promise<void> {
  signal.throwIfAborted();
  const last: string[] = [];
  const hear = (line: string): void => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    report(progressOf(line));
  };
  const limit = AbortSignal.timeout(timeLimit * 1_000);
  const child = start(call);
  for (const stream of [child.stdout, child.stderr]) {
    const log = createLog(secrets, hear);
    stream.setEncoding("utf8").on("data", log.add).on("end", log.end);
  }
  const result = await endWith(child, AbortSignal.any([signal, limit]));
  signal.throwIfAborted();
  refuse(result, { program: call.command[0] ?? "", limit: limit.aborted ? timeLimit : undefined, last });
}

function start({ command: [program = "", ...parameters], cwd, env }: Pick<Run, "command" | "cwd" | "env">) {
  return execa(program, parameters, {
    cwd,
    env: { ...env },
    extendEnv: false,
    // A group of its own, so that whatever it starts can be ended with it.
    detached: process.platform !== "win32",
    stdin: "ignore",
    buffer: false,
    reject: false,
  });
}

type Child = ReturnType<typeof start>;
type Ended = Awaited<Child>;

/** Ends the whole group when told to stop, and whatever is left of it once the program itself has ended. */
async function endWith(child: Child, stop: AbortSignal): Promise<Ended> {
  let deadline: NodeJS.Timeout | undefined;
  const ask = (): void => {
    endGroup(child, "SIGTERM");
    deadline = setTimeout(() => endGroup(child, "SIGKILL"), GRACE);
  };
  if (stop.aborted) ask();
  else stop.addEventListener("abort", ask, { once: true });
  child.on("exit", () => endGroup(child, "SIGKILL"));
  try {
    return await child;
  } finally {
    clearTimeout(deadline);
    stop.removeEventListener("abort", ask);
  }
}

function endGroup(child: Child, signal: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    void execa("taskkill", ["/pid", String(child.pid), "/T", "/F"], { reject: false, stdio: "ignore" });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

type End = {
  readonly program: string;
  /** Seconds, when the limit was reached. */
  readonly limit: number | undefined;
  readonly last: readonly string[];
};

function refuse({ exitCode, signal, code }: Ended, { program, limit, last }: End): void {
  const said = last.length === 0 ? "It said nothing." : `It said last:\n  ${last.join("\n  ")}`;
  if (limit !== undefined) {
    throw new KolmError("TRAINER_TIMEOUT", `the trainer ${program} ran longer than ${limit} s`, {
      hint: `Raise student.trainer.timeLimit, or let it do less. ${said}`,
    });
  }
  if (exitCode === 0) return;
  if (exitCode === undefined && signal === undefined) {
    throw new KolmError("TRAINER_MISSING", `the trainer ${program} cannot be started (${code ?? "unknown"})`, {
      hint: "student.trainer.command names a program on PATH, or a path from its working folder such as files/train.sh.",
    });
  }
  const how = exitCode === undefined ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
  throw new KolmError("TRAINER_FAILED", `the trainer ${program} ${how}`, { hint: said });
}

const Progress = z.object({ message: z.string().default(""), done: z.number(), total: z.number() });

/** A line that is a JSON object with done and total is progress, any other is a message. */
function progressOf(line: string): Parameters<Report>[0] {
  if (!line.startsWith("{")) return { message: line };
  try {
    const parsed = Progress.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : { message: line };
  } catch {
    return { message: line };
  }
}
