// This file opens a sealed artifact from a file: every byte is verified before any of it is used.
import { KolmError, openArtifact, readContainer, type Verdict, verifyArtifact } from "@kolm/format";
import { type FileSource, nodeCrypto, openFileSource } from "@kolm/format/node";
import { createRuntime, type LayerReader, type Runtime, type RuntimeOptions } from "@kolm/runtime";
import { type BaseSource, openBase, type OpenBase } from "./base.ts";
import { createSession } from "./session.ts";

export type OpenFileOptions = RuntimeOptions & {
  /** DER public keys; when given, the receipt must be signed by one of them. */
  readonly trustedKeys?: readonly Uint8Array[];
  /** Uses the layers as they stand, altered or not: for looking into a file that does not verify, never for answers that count. */
  readonly insecure?: boolean;
  readonly threads?: number;
  /** The base of an artifact that only references it; its bytes are proved before they are used. */
  readonly base?: BaseSource | undefined;
};

/** A runtime over a file; the verdict is missing only when it was opened insecurely. */
export type OpenFile = Runtime & { readonly verdict?: Extract<Verdict, { passed: true }> };

/**
 * KolmError FILE_UNREADABLE, the verdict's code when the file does not verify, LAYER_MISSING or LAYER_MALFORMED; BASE_MISSING or
 * REFERENCE_WRONG when a base that it references is not given.
 */
export async function openFile(
  path: string,
  { trustedKeys, insecure = false, threads = 1, base, ...options }: OpenFileOptions = {},
): Promise<OpenFile> {
  const source = await openFileSource(path);
  const bases: OpenBase[] = [];
  const closeAll = async (): Promise<void> => {
    for (const { close } of bases) await close();
    await source.close();
  };
  try {
    const verdict = insecure ? undefined : await verified(source, { path, trustedKeys });
    const runtime = await createRuntime(
      insecure ? await unproved(source, path) : await proved(source, { path, trustedKeys, base, bases }),
      { createSession, threads },
      options,
    );
    const close = async (): Promise<void> => {
      await runtime.close();
      await closeAll();
    };
    return { ...runtime, ...(verdict === undefined ? {} : { verdict }), close };
  } catch (error) {
    await closeAll();
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

type Proving = Trust & {
  readonly base: BaseSource | undefined;
  /** What was opened for referenced layers, to be closed with the file. */
  readonly bases: OpenBase[];
};

/** Referenced layers are looked for at once, so that a missing base is not first noticed by an answer. */
async function proved(source: FileSource, { path: file, trustedKeys, base, bases }: Proving): Promise<LayerReader> {
  const artifact = await openArtifact(source, { crypto: nodeCrypto, trustedKeys });
  const elsewhere = new Map<string, OpenBase>();
  for (const layer of artifact.verdict.referenced) {
    const opened = await openBase(base, layer, file);
    bases.push(opened);
    elsewhere.set(layer.path, opened);
  }
  return async (path) => {
    const given = elsewhere.get(path);
    return given !== undefined || artifact.has(path) ? artifact.layer(path, given?.source) : undefined;
  };
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
