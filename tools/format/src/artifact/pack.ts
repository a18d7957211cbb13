// This file packs layers into an artifact in one go: measure, seal, assemble. SPEC.md §12.
import { assembleArtifact } from "./assemble.ts";
import { measure } from "./measure.ts";
import { sealArtifact } from "./seal.ts";
import type { Content } from "../container/source.ts";
import type { Assembly, LayerContent } from "./assemble.ts";
import type { LayerFacts, MeasuredLayer, Sealed, SealRequest } from "./seal.ts";

/** A layer with its bytes. */
export type LayerSource = LayerFacts & { readonly content: Content };

export type PackRequest = Omit<SealRequest, "layers"> & {
  readonly layers: readonly LayerSource[];
  readonly seals?: ReadonlyMap<string, Uint8Array>;
};

/** What was sealed, and the file to write. */
export type Packed = Sealed & Assembly;

/** Measures, seals and lays out an artifact; the order in which layers are given does not matter. */
export async function packArtifact({ layers, seals, ...request }: PackRequest): Promise<Packed> {
  const measured: MeasuredLayer[] = [];
  const contents = new Map<string, LayerContent>();
  for (const { content, ...facts } of layers) {
    const found = await measure(content.open(), request.crypto);
    measured.push({ ...facts, measure: found });
    if (facts.referenced === undefined)
      contents.set(facts.path, { size: found.size, crc32: found.crc32, open: () => content.open() });
  }
  const sealed = await sealArtifact({ ...request, layers: measured });
  const assembly = await assembleArtifact({
    sealed,
    layers: contents,
    hashing: request.crypto,
    ...(seals === undefined ? {} : { seals }),
  });
  return { ...sealed, ...assembly };
}
