// This file opens a sealed artifact from a file: every byte is verified before any of it is used.
import { KolmError, openArtifact, readContainer, type Verdict, verifyArtifact } from "@kolm/format";
import { type FileSource, nodeCrypto, openFileSource } from "@kolm/format/node";
import { createRuntime, type LayerReader, type Runtime, type RuntimeOptions } from "@kolm/runtime";
import { createSession } from "./session.ts";

export type OpenFileOptions = RuntimeOptions & {
  /** DER public keys; when given, the receipt must be signed by one of them. */
  readonly trustedKeys?: readonly Uint8Array[];
  /** Uses the layers as they stand, altered or not: for looking into a file that does not verify, never for answers that count. */
  readonly insecure?: boolean;
  readonly threads?: number;
};

/** A runtime over a file; the verdict is missing only when it was opened insecurely. */
export type OpenFile = Runtime & { readonly verdict?: Extract<Verdict, { passed: true }> };

/** KolmError FILE_UNREADABLE, the verdict's code when the file does not verify, LAYER_MISSING or LAYER_MALFORMED. */
export async function openFile(
  path: string,
  { trustedKeys, insecure = false, threads = 1, ...options }: OpenFileOptions = {},
): Promise<OpenFile> {
  const source = await openFileSource(path);
  try {
    const verdict = insecure ? undefined : await verified(source, { path, trustedKeys });
    const runtime = await createRuntime(
      insecure ? await unproved(source, path) : await proved(source, trustedKeys),
      { createSession, threads },
      options,
    );
    const close = async (): Promise<void> => {
      await runtime.close();
      await source.close();
    };
    return { ...runtime, ...(verdict === undefined ? {} : { verdict }), close };
  } catch (error) {
    await source.close();
    throw error;
  }
}

type Trust = { readonly path: string; readonly trustedKeys: readonly Uint8Array[] | undefined };

async function verified(source: FileSource, { path, trustedKeys }: Trust): Promise<Extract<Verdict, { passed: true }>> {
  const verdict = await verifyArtifact(source, { crypto: nodeCrypto, trustedKeys });
  if (verdict.passed) return verdict;
  throw new KolmError(verdict.finding.code, verdict.finding.detail, {
    hint: "The file is damaged or was changed after signing; get it again from where it came, or compile it again.",
    place: { file: path },
  });
}

async function proved(source: FileSource, trustedKeys: readonly Uint8Array[] | undefined): Promise<LayerReader> {
  const artifact = await openArtifact(source, { crypto: nodeCrypto, trustedKeys });
  return async (path) => (artifact.has(path) ? artifact.layer(path) : undefined);
}

async function unproved(source: FileSource, file: string): Promise<LayerReader> {
  const layout = await readContainer(source);
  if (!layout.ok) throw new KolmError(layout.finding.code, layout.finding.detail, { place: { file } });
  const members = new Map(layout.value.members.map((member) => [member.path, member]));
  return async (path) => {
    const member = members.get(path);
    return member && source.read(member.dataOffset, member.size);
  };
}
