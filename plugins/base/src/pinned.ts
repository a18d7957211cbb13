// This file lets bytes through only when they are the ones that were pinned.
import { createHash } from "node:crypto";
import { KolmError } from "@kolm/format";
import type { Inputs } from "@kolm/stage";
import { pathOf } from "./source.ts";

/** The bytes themselves; KolmError BASE_ALTERED names the file, the sha256 found and the one expected. */
export function pinned(file: string, bytes: Uint8Array, expected: string | undefined): Uint8Array {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === expected) return bytes;
  throw new KolmError("BASE_ALTERED", `${file} has sha256 ${found}, expected ${expected ?? "a pin, found none"}`, {
    hint: "Reinstall or fetch the file again; if the change is meant, write the new sha256 under bases in kolm.workspace.yaml.",
    place: { file },
  });
}

/** Reads "file:path" of the workspace; KolmError BASE_ALTERED, or BASE_MISSING that says where the file can be had. */
export async function readPinned(
  source: string,
  expected: string | undefined,
  { inputs, from }: { readonly inputs: Inputs; readonly from: string | undefined },
): Promise<Uint8Array> {
  const file = pathOf(source);
  if (await inputs.has(`workspace/${file}`)) return pinned(file, await inputs.bytes(`workspace/${file}`), expected);
  throw new KolmError("BASE_MISSING", `the weights file ${file} is not there`, {
    hint: `Put the file with sha256 ${expected ?? "…"} at ${file} of the workspace.${from === undefined ? "" : ` ${from}`}`,
    place: { file },
  });
}
