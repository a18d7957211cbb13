// This file names the files of an index.

/** Every space a corpus can have: passages, pictures by their classes' names, a pair's space, pictures and sounds by likeness. */
const SPACES = ["text", "pictures", "joint", "image", "audio"] as const;
export type SpaceName = (typeof SPACES)[number];

export const vectorsFile = (space: SpaceName): string => `${space}.vectors.bin`;
export const rowsFile = (space: SpaceName): string => `${space}.rows.bin`;
export const graphFile = (space: SpaceName): string => `${space}.graph.bin`;

export const SPACE_FILES: readonly string[] = SPACES.flatMap((space) => [
  vectorsFile(space),
  rowsFile(space),
  graphFile(space),
]);
