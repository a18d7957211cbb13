// This file finds the bytes of a base that an artifact names and does not carry.
import { type ByteSource, KolmError, memorySource, type ReferencedLayer } from "@kolm/format";
import { openFileSource } from "@kolm/format/node";

/** Where a base may be: its bytes, a file, or a function that looks it up by digest (undefined: not there). */
export type BaseSource = Uint8Array | string | ((layer: ReferencedLayer) => Promise<Uint8Array | string | undefined>);

export type OpenBase = { readonly source: ByteSource; readonly close: () => Promise<void> };

/** KolmError BASE_MISSING, FILE_UNREADABLE, or REFERENCE_WRONG for a base of another size. */
export async function openBase(base: BaseSource | undefined, layer: ReferencedLayer, file: string): Promise<OpenBase> {
  const found = typeof base === "function" ? await base(layer) : base;
  if (found === undefined) {
    const wanted = `${layer.path}, ${layer.size} bytes, SHA-256 ${layer.sha256}`;
    throw new KolmError("BASE_MISSING", `the file does not carry its base: it needs ${wanted}`, {
      hint: "Give it with --base <file>, or run the command inside a workspace whose base stage has made it.",
      place: { file },
    });
  }
  const opened = typeof found === "string" ? await openFileSource(found) : undefined;
  const source = opened ?? memorySource(found as Uint8Array); // it is no string, so bytes
  const close = async (): Promise<void> => opened?.close();
  if (source.size === layer.size) return { source, close };
  await close();
  const named = typeof found === "string" ? found : "the base given";
  throw new KolmError("REFERENCE_WRONG", `${named} has ${source.size} bytes; ${file} needs a base of ${layer.size}`, {
    hint: `Its SHA-256 must be ${layer.sha256}.`,
    place: { file },
  });
}
