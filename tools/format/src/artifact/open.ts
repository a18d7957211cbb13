// This file opens an artifact for use: its front is proved at once, each layer when it is read. SPEC.md §10.1.
import { KolmError } from "../errors.ts";
import { readFront, referencedOf } from "./front.ts";
import { type Range, readRange } from "./layers.ts";
import { CHUNK_SIZE } from "../merkle.ts";
import type { ByteSource } from "../container/source.ts";
import type { Crypto } from "../digest.ts";
import type { Manifest } from "../manifest.ts";
import type { Predicate } from "../receipt/statement.ts";
import type { Finding, Verdict } from "../verdict.ts";
import type { Front, PlacedLayer, VerifyOptions } from "./front.ts";

/** An artifact whose front holds; no unproved byte of it is ever given out. */
export interface Artifact {
  /** SHA-256 of manifest.json, lower-case hex. */
  readonly id: string;
  readonly manifest: Manifest;
  /** What the signer states. */
  readonly receipt: Predicate;
  /** Covers the front; verifyArtifact covers all. */
  readonly verdict: Extract<Verdict, { passed: true }>;
  /** True for a layer whose bytes are in the file. */
  has(path: string): boolean;
  /**
   * The bytes of one layer, proved against the manifest; those of a referenced layer are read from `elsewhere`.
   *
   * @throws KolmError LAYER_MISSING for a path that is no layer, LAYER_REFERENCED where elsewhere is needed, REFERENCE_WRONG when it holds
   *   other bytes, E_CHUNK when those in the file are not those sealed.
   */
  layer(path: string, elsewhere?: ByteSource): Promise<Uint8Array>;
  /**
   * A part of a layer; only the chunks (1 MiB) it touches are read and proved.
   *
   * @throws KolmError as layer does, and RANGE_OUTSIDE for bytes the layer does not have.
   */
  range(path: string, range: Range, elsewhere?: ByteSource): Promise<Uint8Array>;
  /** A layer from its first byte to its last in proved chunks of 1 MiB; memory does not grow with it. Throws as layer does. */
  stream(path: string, elsewhere?: ByteSource): AsyncGenerator<Uint8Array>;
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
    verdict: {
      passed: true,
      id,
      signer,
      covers: "front",
      tenantChain,
      seals: [],
      referenced: referencedOf(front.value),
    },
    has: (path) => byPath.get(path)?.member !== undefined,
    ...readersOf(source, front.value, options.crypto),
  };
}

function readersOf(
  source: ByteSource,
  { manifest, layers }: Front,
  crypto: Crypto,
): Pick<Artifact, "layer" | "range" | "stream"> {
  const byPath = new Map(layers.map((placed) => [placed.layer.path, placed]));
  const find = (path: string): PlacedLayer => {
    const placed = byPath.get(path);
    if (placed === undefined)
      throw new KolmError("LAYER_MISSING", `the artifact ${manifest.name} has no layer ${path}`);
    return placed;
  };
  const read = (placed: PlacedLayer, range: Range, elsewhere: ByteSource | undefined) =>
    readPlaced({ source, elsewhere }, placed, { range, crypto });
  return {
    layer: async (path, elsewhere) => {
      const placed = find(path);
      return read(placed, { offset: 0, length: placed.layer.size }, elsewhere);
    },
    range: async (path, range, elsewhere) => {
      const placed = find(path);
      checkRange(placed.layer, range);
      return read(placed, range, elsewhere);
    },
    async *stream(path, elsewhere) {
      const placed = find(path);
      const { size } = placed.layer;
      for (let offset = 0; offset < size; offset += CHUNK_SIZE)
        yield await read(placed, { offset, length: Math.min(CHUNK_SIZE, size - offset) }, elsewhere);
    },
  };
}

function checkRange({ path, size }: PlacedLayer["layer"], { offset, length }: Range): void {
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (whole && offset + length <= size) return;
  throw new KolmError("RANGE_OUTSIDE", `${path} has ${size} bytes, ${length} from byte ${offset} on were asked for`);
}

type Places = { readonly source: ByteSource; readonly elsewhere: ByteSource | undefined };
type Reading = { readonly range: Range; readonly crypto: Crypto };

async function readPlaced({ source, elsewhere }: Places, placed: PlacedLayer, reading: Reading): Promise<Uint8Array> {
  const { member } = placed;
  if (member === undefined) return readElsewhere(elsewhere, placed, reading);
  const bytes = await readRange({ source, offset: member.dataOffset }, placed, reading);
  if (!bytes.ok) throw refused(bytes.finding);
  return bytes.value;
}

async function readElsewhere(
  source: ByteSource | undefined,
  placed: PlacedLayer,
  reading: Reading,
): Promise<Uint8Array> {
  const { path, size, sha256 } = placed.layer;
  const wanted = `${path} of ${size} bytes, SHA-256 ${sha256}`;
  if (source === undefined) {
    throw new KolmError("LAYER_REFERENCED", `the file does not carry ${wanted}`, {
      hint: "Give the base it was made on; the file says only which one that is.",
    });
  }
  const bytes = source.size === size ? await readRange({ source, offset: 0 }, placed, reading) : undefined;
  if (bytes?.ok) return bytes.value;
  const found = bytes === undefined ? `${source.size} bytes` : "bytes that differ from them";
  throw new KolmError("REFERENCE_WRONG", `the file needs ${wanted}; what was given has ${found}`, {
    hint: "Give the very base it was made on, as the base stage of the same kolm version writes it.",
  });
}

function refused(finding: Finding): KolmError {
  return new KolmError(finding.code, finding.detail, {
    hint: "The file is damaged or was changed after signing; get it again from where it came, or compile it again.",
  });
}
