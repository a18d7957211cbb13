// This file writes the cassette of a task: every request its teaching rests on, with the answer the memo holds.
import { canonicalJson, type Contract, KolmError } from "@kolm/format";
import type { Context } from "@kolm/stage";
import { openTeacher } from "../open-teacher.ts";
import type { TeacherOptions } from "../options.ts";
import { questionsOf } from "../plan/questions.ts";
import { type Line, writeTape } from "./tape.ts";

/** The file to write and its text; KolmError CASSETTE_NONE for a teacher that is not asked over the network. */
export type Recording = { readonly path: string; readonly text: string; readonly requests: number };

/** Reads the answers of all questions that are answered; sends nothing. */
export async function recordCassette(context: Context<TeacherOptions>): Promise<Recording> {
  const { options } = context;
  if (!("cassette" in options)) {
    throw new KolmError("CASSETTE_NONE", `the teacher ${options.provider} asks nobody, so there is nothing to record`, {
      hint: "Run kolm teach without --record.",
    });
  }
  refuseSecrets(options.baseURL);
  const contract = await context.inputs.json<Contract>("spec/contract.json");
  const opened = await openTeacher(context, contract);
  const { write, label, candidates, measure } = await questionsOf(context, contract, opened);
  const lines = new Map<string, Line>();
  for (const request of [...write, ...label, ...candidates, ...measure]) {
    for (const { key, request: asked, call } of await opened.teacher.tries(request)) {
      if (call === undefined || lines.has(key)) continue;
      const bytes = await opened.memo.get(key);
      if (bytes === undefined) continue;
      // A memo entry is canonical JSON; replaying writes the same bytes again.
      const answer = JSON.parse(new TextDecoder().decode(bytes)) as Line["answer"];
      lines.set(key, { key, request: JSON.parse(canonicalJson(asked)) as Line["request"], answer });
    }
  }
  return { path: options.cassette, text: writeTape([...lines.values()]), requests: lines.size };
}

/** The address stands in every request, and so would a password or key within it. */
function refuseSecrets(baseURL: string | undefined): void {
  if (baseURL === undefined) return;
  const { username, password, search } = new URL(baseURL);
  if (username === "" && password === "" && search === "") return;
  throw new KolmError("CASSETTE", "teacher.baseURL holds more than an address, and it would stand in the cassette", {
    hint: "Take user, password and query out of teacher.baseURL; name the key's variable in teacher.keyEnv.",
  });
}
