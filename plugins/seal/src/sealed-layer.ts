// This file defines how seal tells compile where each layer's bytes are.
import type { BlobPointer } from "@kolm/stage";

/** A layer by its path in the artifact, with the blob that holds it and its CRC-32 for the container's headers. */
export type SealedLayer = BlobPointer & { readonly path: string; readonly crc32: number };
export type SealedLayers = { readonly id: string; readonly layers: readonly SealedLayer[] };
