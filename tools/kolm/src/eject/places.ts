// This file says where each member of an artifact lies in an ejected folder, and back.
import type { Layer } from "@kolm/format";

/** Members that are not layers or seals, by path, with their file. */
export const FRONT_FILES = {
  "manifest.json": "manifest.json",
  "receipt/bundle.json": "receipt.json",
  "index/chunks.bin": "chunks.bin",
} as const;

/** The file of a layer, named by kind: `layers/model/x` is `model/x`. */
export function layerFile({ path }: Pick<Layer, "path">): string {
  return path.slice("layers/".length);
}

/** The file of what a finding is about; undefined for what is no member. */
export function fileOf(subject: string): string | undefined {
  const front = Object.entries(FRONT_FILES).find(([path]) => path === subject)?.[1];
  if (front !== undefined) return front;
  return subject.startsWith("layers/")
    ? layerFile({ path: subject })
    : subject.startsWith("seal/")
      ? subject
      : undefined;
}
