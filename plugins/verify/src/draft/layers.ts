// This file opens the layers that stand so far, the same ones that seal will put into the artifact.
import type { LayerReader } from "@kolm/runtime";
import { type DraftLayer, draftLayers, type Inputs, LAYERS } from "@kolm/stage";

export type Draft = {
  readonly layers: readonly DraftLayer[];
  /** Bytes by path, undefined where the draft has no such layer. */
  readonly layer: LayerReader;
};

/** Layers made before this stage; what an earlier run of verify or seal left behind does not count. */
export const DRAFT_SOURCES: readonly string[] = [...new Set(LAYERS.map(({ from }) => from))].filter(
  (from) => !/^(verify|seal)\//.test(from),
);

/** The draft artifact's layers and a reader over them. */
export async function openDraft(inputs: Inputs): Promise<Draft> {
  const layers = await draftLayers({
    ...inputs,
    has: async (path) => DRAFT_SOURCES.includes(path) && inputs.has(path),
  });
  const byPath = new Map(layers.map((layer) => [layer.path, layer]));
  return {
    layers,
    layer: async (path) => {
      const layer = byPath.get(path);
      return layer && inputs.blob(layer.pointer);
    },
  };
}

/** Bytes of all layers: what a device must hold, but for the score and the card, which are written later. */
export function layerBytes({ layers }: Draft): number {
  return layers.reduce((sum, { pointer }) => sum + pointer.size, 0);
}

const WEIGHTS = /\.(onnx|safetensors)$/;

/** Bytes one forward pass moves: the encoder's weights, the adapter and the heads. */
export function weightBytes({ layers }: Draft): number {
  return layers.filter(({ path }) => WEIGHTS.test(path)).reduce((sum, { pointer }) => sum + pointer.size, 0);
}
