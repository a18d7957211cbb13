// This file seals measured layers: manifest, chunk index and signed receipt, all small, before any layer is copied.
// SPEC.md §12.
import { concatBytes, hex } from "../bytes.ts";
import { chainMembers, publicChain, tenantChain } from "../chain.ts";
import { sha256Of } from "../digest.ts";
import { KolmError } from "../errors.ts";
import { compareLayers, encodeManifest } from "../manifest.ts";
import { CHUNK_SIZE } from "../merkle.ts";
import { signBundle } from "../receipt/bundle.ts";
import { encodeStatement } from "../receipt/statement.ts";
import type { ChainMember, TenantKey } from "../chain.ts";
import type { LayerKind } from "../container/names.ts";
import type { Crypto, Hashing } from "../digest.ts";
import type { Layer, Manifest } from "../manifest.ts";
import type { Signer } from "../receipt/bundle.ts";
import type { Measure } from "./measure.ts";

/** What an artifact says of itself besides its layers. */
export type ArtifactFacts = Omit<Manifest, "format" | "layers">;
/** A layer before its bytes are measured. */
export type LayerFacts = Pick<Layer, "path" | "mediaType" | "sensitive" | "referenced"> & { readonly kind: LayerKind };
export type MeasuredLayer = LayerFacts & { readonly measure: Measure };

/** The small members of an artifact; with the layers' bytes they determine the file. */
export type Sealed = {
  /** SHA-256 of the manifest, lower-case hex. */
  readonly id: string;
  readonly manifest: Uint8Array;
  readonly receipt: Uint8Array;
  readonly index: Uint8Array;
};

export type SealRequest = {
  readonly facts: ArtifactFacts;
  /** In any order. */
  readonly layers: readonly MeasuredLayer[];
  readonly signer: Signer;
  readonly crypto: Crypto;
  readonly tenant?: TenantKey;
};

/**
 * Makes manifest, chunk index and receipt; the same request gives the same bytes.
 *
 * @throws KolmError E_MANIFEST for facts or layers RS-1 does not allow, E_DUP for a path named twice.
 */
export async function sealArtifact({ facts, layers, signer, crypto, tenant }: SealRequest): Promise<Sealed> {
  const ordered = layers.toSorted(compareLayers);
  const manifest: Manifest = { format: "kolm/rs-1", ...facts, layers: ordered.map(describe) };
  const bytes = checkedManifest(manifest);
  const members = chainMembers(crypto, bytes, manifest);
  const payload = encodeStatement({
    members,
    chain: publicChain(crypto, members),
    artifact: { name: facts.name, version: facts.version },
    kscore: facts.kscore,
    gate: facts.gate,
    tenantChain: tenantClaim(crypto, members, tenant),
    spki: signer.spki,
  });
  return {
    id: hex(sha256Of(crypto, bytes)),
    manifest: bytes,
    receipt: await signBundle(payload, signer, crypto),
    index: concatBytes(...ordered.map((layer) => layer.measure.leaves)),
  };
}

function describe({ measure, kind, path, mediaType, sensitive, referenced }: MeasuredLayer): Layer {
  const { size, sha256, root } = measure;
  return {
    kind,
    path,
    mediaType,
    size,
    sha256,
    root,
    chunk: CHUNK_SIZE,
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(referenced === undefined ? {} : { referenced }),
  };
}

function checkedManifest(manifest: Manifest): Uint8Array {
  const twice = manifest.layers.find((layer, at) => manifest.layers[at + 1]?.path === layer.path);
  if (twice !== undefined) throw new KolmError("E_DUP", `two layers are named ${twice.path}`);
  return encodeManifest(manifest);
}

function tenantClaim(hashing: Hashing, members: readonly ChainMember[], tenant: TenantKey | undefined) {
  if (tenant === undefined) return undefined;
  return { kid: tenant.kid, head: tenantChain(hashing, members, tenant).head };
}
