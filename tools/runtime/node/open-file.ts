// This file opens a sealed artifact from a file: every byte is verified before any of it is used.
import {
  type Demands,
  KolmError,
  openArtifact,
  readContainer,
  trustedKeysOf,
  type Verdict,
  verifyDemands,
} from "@kolm/format";
import { type FileSource, nodeCrypto, openFileSource } from "@kolm/format/node";
import { createRuntime, type LayerReader, type Runtime, type RuntimeOptions } from "@kolm/runtime";
import { type BaseSource, openBase, type OpenBase } from "./base.ts";
import { createSession } from "./session.ts";

export type OpenFileOptions = RuntimeOptions & {
  /** DER public keys; when given, the receipt must be signed by one of them. */
  readonly trustedKeys?: readonly Uint8Array[] | undefined;
  /** A trust file in place of keys, a policy, and the time they are judged at. */
  readonly demands?: Demands | undefined;
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
export async function openFile(path: string, options: OpenFileOptions = {}): Promise<OpenFile> {
  const { layer, verdict, close: closeLayers } = await openLayers(path, options);
  try {
    const runtime = await createRuntime(layer, { createSession, threads: options.threads ?? 1 }, options);
    const close = async (): Promise<void> => {
      await runtime.close();
      await closeLayers();
    };
    return { ...runtime, ...(verdict === undefined ? {} : { verdict }), close };
  } catch (error) {
    await closeLayers();
    throw error;
  }
}

/** The layers of a file that was verified, unless it was opened insecurely. */
export type OpenLayers = Pick<OpenFile, "verdict"> & {
  readonly layer: LayerReader;
  readonly close: () => Promise<void>;
};

/** As openFile, for what reads layers itself. */
export async function openLayers(
  path: string,
  { trustedKeys, demands, insecure = false, base }: Omit<OpenFileOptions, keyof RuntimeOptions> = {},
): Promise<OpenLayers> {
  const source = await openFileSource(path);
  const bases: OpenBase[] = [];
  const closeAll = async (): Promise<void> => {
    for (const { close } of bases) await close();
    await source.close();
  };
  try {
    const trust = { path, trustedKeys: demands?.trust === undefined ? trustedKeys : trustedKeysOf(demands.trust) };
    const verdict = insecure ? undefined : await verified(source, { ...trust, demands });
    const layer =
      verdict === undefined
        ? await unproved(source, path)
        : await proved(source, { ...trust, id: verdict.id, base, bases });
    return { layer, ...(verdict === undefined ? {} : { verdict }), close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Trust = { readonly path: string; readonly trustedKeys: readonly Uint8Array[] | undefined };

async function verified(
  source: FileSource,
  { path, trustedKeys, demands = { at: "" } }: Trust & Pick<OpenFileOptions, "demands">,
): Promise<Extract<Verdict, { passed: true }>> {
  const verdict = await verifyDemands(source, { crypto: nodeCrypto, trustedKeys, ...demands });
  if (verdict.passed) return verdict;
  throw new KolmError(verdict.finding.code, verdict.finding.detail, {
    hint: /^E_(?:KEY_|POLICY|ANCHOR_MISSING)/.test(verdict.finding.code)
      ? "`kolm verify` with the same flags says more; ask who gave you the file."
      : "The file is damaged or was changed after signing; get it again from where it came, or compile it again.",
    place: { file: path },
  });
}

type Proving = Trust & {
  /** The id that was verified: what is opened must still be that. */
  readonly id: string;
  readonly base: BaseSource | undefined;
  /** What was opened for referenced layers, to be closed with the file. */
  readonly bases: OpenBase[];
};

/** Referenced layers are looked for at once, so that a missing base is not first noticed by an answer. */
async function proved(source: FileSource, { path: file, trustedKeys, id, base, bases }: Proving): Promise<LayerReader> {
  const artifact = await openArtifact(source, { crypto: nodeCrypto, trustedKeys });
  if (artifact.id !== id)
    throw new KolmError("FILE_CHANGED", `${file} changed while it was opened`, { place: { file } });
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
