// This file tells whether vectors of the user's files are of the encoders that an artifact carries.
import { compareCodeUnits } from "@kolm/format";
import type { Entry } from "./entry.ts";
import { foreign } from "./failure.ts";
import type { SideTarget } from "./target.ts";

/** KolmError SIDE_FOREIGN names a file that is not. */
export async function checkEncoders(entries: ReadonlyMap<string, Entry>, target: SideTarget): Promise<void> {
  const wrong: string[] = [];
  for (const entry of entries.values()) if (!(await fits(entry, target))) wrong.push(entry.source);
  if (wrong.length > 0) throw foreign(wrong.sort(compareCodeUnits), entries.size);
}

/** Whether its vectors are of the encoders that the artifact has for their spaces. */
export async function fits({ spaces }: Entry, target: SideTarget): Promise<boolean> {
  const kinds = ["text", "caption", "image", "audio"] as const;
  const places = kinds.flatMap((kind) => target.places(kind));
  for (const { name, encoder } of spaces) {
    const digests = await Promise.all(
      places.filter(({ space }) => space === name).map((one) => target.digestOf(one.encoder)),
    );
    if (!digests.includes(encoder)) return false;
  }
  return true;
}
