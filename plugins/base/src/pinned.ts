// This file lets bytes through only when they are the ones that were pinned.
import { createHash } from "node:crypto";
import { KolmError } from "@kolm/format";

/** The bytes themselves; KolmError BASE_ALTERED names the file, the sha256 found and the one expected. */
export function pinned(file: string, bytes: Uint8Array, expected: string | undefined): Uint8Array {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === expected) return bytes;
  throw new KolmError("BASE_ALTERED", `${file} has sha256 ${found}, expected ${expected ?? "a pin, found none"}`, {
    hint: "Reinstall or fetch the file again; if the change is meant, write the new sha256 under bases in kolm.workspace.yaml.",
    place: { file },
  });
}
