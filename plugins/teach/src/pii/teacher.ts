// This file stands before a teacher and sees to it that no private piece of an input reaches it.
import type { Teacher, TeacherAnswer, TeacherRequest } from "../teacher.ts";
import { pieceFinder } from "./find.ts";
import type { RedactOptions } from "./options.ts";
import { mask } from "./placeholders.ts";

/** What the teacher is told about placeholders, with the description of the task. */
export const PLACEHOLDER_WORDS =
  "Pieces of the input such as ⟦EMAIL_1⟧ stand for private text of that kind. Judge the input as if the text stood " +
  "there, and copy a piece as it is written, brackets and all.";

/** The same teacher, asked about masked inputs, its answers mapped back to the inputs as they are. */
export function masking(teacher: Teacher, options: RedactOptions): Teacher {
  const find = pieceFinder(options);
  const masked = (request: TeacherRequest): TeacherRequest => ({ ...request, input: mask(request.input, find).text });
  return {
    ...teacher,
    forecast: async (requests) => teacher.forecast(requests.map(masked)),
    tries: async (request) => teacher.tries(masked(request)),
    answer: async (request) => {
      const { text, output } = mask(request.input, find);
      const answer = await teacher.answer({ ...request, input: text });
      return mappedBack(answer, output);
    },
    compose: async (request) => {
      const { text, restore } = mask(request.input, find);
      const composed = await teacher.compose({ ...request, input: text });
      return composed.status === "composed" ? { ...composed, value: restoreAll(composed.value, restore) } : composed;
    },
  };
}

function mappedBack(answer: TeacherAnswer, map: ReturnType<typeof mask>["output"]): TeacherAnswer {
  if (answer.status !== "valid") return answer;
  const output = map(answer.output);
  if (output !== undefined) return { ...answer, output };
  return { status: "invalid", note: "a span of the answer cuts a placeholder in two", calls: answer.calls };
}

function restoreAll(value: unknown, restore: (text: string) => string): unknown {
  if (typeof value === "string") return restore(value);
  if (Array.isArray(value)) return value.map((one) => restoreAll(one, restore));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, restoreAll(one, restore)]));
}
