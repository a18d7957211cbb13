// This file opens the teacher a run talks to: the one the options name, behind the cassette, redaction and the offline guard.
import type { Contract } from "@kolm/format";
import type { Context, Inputs } from "@kolm/stage";
import type { Memo, Store } from "@kolm/store";
import { offline, OFFLINE, replaying, taskTape } from "./cassette/replay.ts";
import type { TeacherOptions } from "./options.ts";
import { masking, PLACEHOLDER_WORDS } from "./pii/teacher.ts";
import { type Chosen, createTeacher } from "./provider/index.ts";

/** The teacher with the memo it looks into first, which is the cassette where there is one. */
export type Opened = Chosen & { readonly memo: Memo };
type Before = Parameters<typeof createTeacher>[2];

/** The teacher behind every provider but labels; `before` is what earlier stages spent. */
export async function openTeacher(
  context: Context<TeacherOptions>,
  contract: Contract,
  before?: Before,
): Promise<Opened> {
  const { store, options, secret } = context;
  const redact = "redact" in options ? options.redact : undefined;
  const tape = await taskTape(context);
  const memo = tape === undefined ? store.memo : replaying(store.memo, tape);
  const inputs = redact === undefined ? context.inputs : describing(context.inputs, PLACEHOLDER_WORDS);
  const remembering: Store = {
    blobs: store.blobs,
    memo,
    own: store.own ?? store.memo,
    close: async () => store.close(),
  };
  const chosen = await createTeacher({ ...context, inputs, store: remembering }, contract, before);
  const masked = redact === undefined ? chosen.teacher : masking(chosen.teacher, redact);
  const teacher = isOn(secret(OFFLINE)) ? offline(masked) : masked;
  return { ...chosen, teacher, memo };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value);
}

/** The same inputs, with further words at the end of the task's description. */
function describing(inputs: Inputs, words: string): Inputs {
  const json = async <T>(path: string): Promise<T> => {
    const value = await inputs.json<T>(path);
    if (path !== "spec/description.json") return value;
    const { text } = value as { readonly text: string }; // the spec stage wrote it so
    return { ...value, text: `${text.trim()}\n\n${words}` };
  };
  return {
    json,
    bytes: async (path) => inputs.bytes(path),
    has: async (path) => inputs.has(path),
    list: async (folder) => inputs.list(folder),
    blob: async (pointer) => inputs.blob(pointer),
    pointer: async (path) => inputs.pointer(path),
  };
}
