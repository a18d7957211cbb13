// This file writes what the user must be told about a corpus, so that it is said again when the stage is reused.
import type { Context } from "@kolm/stage";
import type { Item, Skipped } from "./corpus/item.ts";
import type { Perceived } from "./encode/spaces.ts";
import type { RecallOptions } from "./options.ts";

/** notice.json; there is none when there is nothing to say. */
export type Notice = { readonly warnings: readonly string[]; readonly skipped: readonly Skipped[] };

export const UNMARKED =
  "The task has a corpus, and task.yaml does not say whether it may ship: nothing of it is in the artifact. Write recall: {ship: full} if all who get the artifact may read the corpus, {ship: payload-digests} for vectors without text, or {ship: none}.";

export async function writeNotice({ outputs, report }: Context<RecallOptions>, notice: Notice): Promise<void> {
  const { warnings, skipped } = notice;
  if (warnings.length + skipped.length === 0) return;
  for (const message of warnings) report({ message: `warning: ${message}` });
  for (const { message } of skipped) report({ message: `left out: ${message}` });
  await outputs.json("notice.json", notice);
}

/** Pictures and sounds that no text query can find. */
export function warningsOf(items: readonly Item[], { looks, sounds }: Perceived): string[] {
  const lost = items.filter(
    ({ payload, embedded }, line) =>
      payload.kind !== "text" && embedded === "" && !looks.has(line) && !sounds.has(line),
  );
  const [first] = lost;
  if (first === undefined) return [];
  return [
    `${lost.length} pictures or sounds, ${first.payload.source} the first, have no caption and no encoder, so that only their file names find them. Write captions.jsonl beside them, or name an encoder under recall.image or recall.audio.`,
  ];
}
