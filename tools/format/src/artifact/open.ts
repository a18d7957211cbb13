// This file opens an artifact for use: its front is proved at once, each layer when it is read. SPEC.md §10.1.
import { KolmError } from "../errors.ts";
import { readFront } from "./front.ts";
import { readLayer } from "./layers.ts";
import type { ByteSource } from "../container/source.ts";
import type { Manifest } from "../manifest.ts";
import type { Predicate } from "../receipt/statement.ts";
import type { Finding, Verdict } from "../verdict.ts";
import type { VerifyOptions } from "./front.ts";

/** An artifact whose front holds; no unproved byte of it is ever given out. */
export interface Artifact {
  /** SHA-256 of manifest.json, lower-case hex. */
  readonly id: string;
  readonly manifest: Manifest;
  /** What the signer states. */
  readonly receipt: Predicate;
  /** Covers the front; verifyArtifact covers all. */
  readonly verdict: Extract<Verdict, { passed: true }>;
  has(path: string): boolean;
  /**
   * The bytes of one layer, proved against the manifest.
   *
   * @throws KolmError LAYER_MISSING for a path that is no layer, E_CHUNK when the bytes are not those sealed.
   */
  layer(path: string): Promise<Uint8Array>;
}

/**
 * Opens an artifact.
 *
 * @throws KolmError with the finding's code when the front does not verify.
 */
export async function openArtifact(source: ByteSource, options: VerifyOptions): Promise<Artifact> {
  const front = await readFront(source, options, () => {});
  if (!front.ok) throw refused(front.finding);
  const { id, manifest, receipt, signer, tenantChain, layers } = front.value;
  const byPath = new Map(layers.map((placed) => [placed.layer.path, placed]));
  return {
    id,
    manifest,
    receipt,
    verdict: { passed: true, id, signer, covers: "front", tenantChain, seals: [] },
    has: (path) => byPath.has(path),
    layer: async (path) => {
      const placed = byPath.get(path);
      if (placed === undefined)
        throw new KolmError("LAYER_MISSING", `the artifact ${manifest.name} has no layer ${path}`);
      const bytes = await readLayer(source, placed, options.crypto);
      if (!bytes.ok) throw refused(bytes.finding);
      return bytes.value;
    },
  };
}

function refused(finding: Finding): KolmError {
  return new KolmError(finding.code, finding.detail, {
    hint: "The file is damaged or was changed after signing; get it again from where it came, or compile it again.",
  });
}
