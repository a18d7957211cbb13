// This file opens a .kolm file for commands, with errors that name the file.
import { type Artifact, openArtifact, type Verdict, verifyArtifact } from "@kolm/format";
import { type FileSource, nodeCrypto, openFileSource } from "@kolm/format/node";

export type Opened = AsyncDisposable & { readonly artifact: Artifact; readonly source: FileSource };

/** Opens with the front proved; KolmError FILE_UNREADABLE or the verdict's code. */
export async function openArtifactFile(path: string): Promise<Opened> {
  const source = await openFileSource(path);
  try {
    const artifact = await openArtifact(source, { crypto: nodeCrypto });
    return { artifact, source, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

/** Verifies every byte of a file. */
export async function verifyArtifactFile(
  path: string,
  trustedKeys: readonly Uint8Array[] | undefined,
): Promise<Verdict> {
  await using source = await openFileSource(path);
  return await verifyArtifact(source, { crypto: nodeCrypto, trustedKeys });
}

/** Parses a JSON layer. */
export async function jsonLayer(artifact: Artifact, path: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await artifact.layer(path)));
}
