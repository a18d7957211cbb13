// This file puts a cassette before the memo, and refuses to ask anything when the run is offline.
import { KolmError } from "@kolm/format";
import type { Context } from "@kolm/stage";
import type { Memo } from "@kolm/store";
import type { TeacherOptions } from "../options.ts";
import type { Teacher, TeacherRequest } from "../teacher.ts";
import { readTape, type Tape } from "./tape.ts";

/** The variable that forbids every call; kolm teach --offline sets it for one run. */
export const OFFLINE = "KOLM_OFFLINE";

type Source = { readonly path: string; readonly sha256: string; readonly size: number };

/** The task's cassette as the spec stage found it; undefined where there is none. */
export async function taskTape({ inputs, options, task }: Context<TeacherOptions>): Promise<Tape | undefined> {
  if (!("cassette" in options) || !(await inputs.has("spec/teacher.files.json"))) return undefined;
  const sources = await inputs.json<readonly Source[]>("spec/teacher.files.json");
  const source = sources.find(({ path }) => path === options.cassette);
  if (source === undefined) return undefined;
  return readTape(new TextDecoder().decode(await inputs.blob(source)), `tasks/${task}/${source.path}`);
}

/** The memo with what the tape says going first; what is new still goes to the memo. */
export function replaying(memo: Memo, tape: Tape): Memo {
  return {
    get: async (key) => {
      const answer = tape.get(key);
      return answer === undefined ? memo.get(key) : new TextEncoder().encode(answer);
    },
    put: async (key, value) => memo.put(key, value),
  };
}

/** The same teacher, which throws TEACHER_OFFLINE that names the input where a call would be made. */
export function offline(teacher: Teacher): Teacher {
  const refuse = async (request: TeacherRequest): Promise<void> => {
    const last = (await teacher.tries(request)).at(-1);
    if (last === undefined || last.call !== undefined) return;
    const { input, sample, assignment } = request;
    const what = assignment === undefined ? `the input ${quote(input)}` : `writing inputs from ${quote(input)}`;
    throw new KolmError(
      "TEACHER_OFFLINE",
      `neither cassette nor memo has the answer of ${teacher.name.model} to ${what} (sample ${sample}), and this run is offline`,
      { hint: "Run kolm teach <task> --record where the teacher can be reached, and share the cassette." },
    );
  };
  return {
    ...teacher,
    // All misses are found before anything else is done.
    forecast: async (requests) => {
      for (const request of requests) await refuse(request);
      return { known: requests.length, toAsk: 0 };
    },
    answer: async (request) => {
      await refuse(request);
      return teacher.answer(request);
    },
    compose: async (request) => {
      await refuse(request);
      return teacher.compose(request);
    },
  };
}

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
