// This file is the table of commands, in the order help shows them.
import type { Command } from "./command.ts";
import { compile } from "./command/compile.ts";
import { doctor } from "./command/doctor.ts";
import { inspect } from "./command/inspect.ts";
import { recall } from "./command/recall.ts";
import { run } from "./command/run.ts";
import { stage } from "./command/stage.ts";
import { verify } from "./command/verify.ts";

export const COMMANDS: readonly Command[] = [compile, run, inspect, verify, recall, stage, doctor];
