// This file reads the id of a batch that a provider says it took.
import { malformed } from "../wire/failure.ts";

/** KolmError TEACHER_REPLY when what came names no batch: it may then exist, and must be looked for. */
export function idOf(created: unknown, url: string): string {
  const id: unknown = typeof created === "object" && created !== null && "id" in created ? created.id : undefined;
  if (typeof id !== "string" || id === "") throw malformed(url);
  return id;
}
