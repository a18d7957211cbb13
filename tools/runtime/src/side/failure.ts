// This file words what can go wrong with a side index.
import { KolmError } from "@kolm/format";

/** Another process was faster. */
export function changed(): KolmError {
  return new KolmError("SIDE_CHANGED", "the side index was changed by another process meanwhile; nothing was written", {
    hint: "Run the command again.",
  });
}

/** Bytes that the storage gave are no record of ours. */
export function damaged(detail: string): KolmError {
  return new KolmError("SIDE_DAMAGED", `the side index cannot be read: ${detail}`, {
    hint: "Delete its folder and add the files again with `kolm recall add`.",
  });
}

/** Nothing in the artifact embeds such a file. */
export function noEncoder(source: string, what: string): KolmError {
  return new KolmError("SIDE_ENCODER", `${source} is ${what}, and the artifact carries no encoder for it`, {
    hint: "Compile the task with such an encoder (recall.image with ask: true, recall.audio), or leave such files out.",
    place: { file: source },
  });
}

/** Vectors of two encoders cannot be compared. */
export function foreign(sources: readonly string[], total: number): KolmError {
  const found = `${sources.length} of its ${total} files, ${sources[0] ?? ""} first, were embedded by another encoder`;
  return new KolmError("SIDE_FOREIGN", `the side index does not fit this artifact: ${found}`, {
    hint: "Embed them again with `kolm recall add <file.kolm> <paths> --anew`, or `kolm recall remove` them.",
  });
}
