// This file opens a .kolm file for commands, with errors that name the file.
import { type Artifact, openArtifact, type Verdict, verifyDemands } from "@kolm/format";
import { type FileSource, nodeCrypto, openFileSource } from "@kolm/format/node";
import type { SignerDemands } from "./keys/demands.ts";

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

/** Verifies every byte of a file, then what is demanded of its signer. */
export async function verifyArtifactFile(path: string, demands: SignerDemands): Promise<Verdict> {
  await using source = await openFileSource(path);
  return await verifyDemands(source, { crypto: nodeCrypto, ...demands });
}

/** Parses a JSON layer. */
export async function jsonLayer(artifact: Artifact, path: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await artifact.layer(path)));
}
